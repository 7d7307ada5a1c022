# The loop that many would write in Python: Pillow, PyTorch, one file at the end. Prints the items/s, then the first code.
#
#     python3 python_loop.py encoder.onnx images out.npy
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from PIL import Image

BATCH = 256

kernels = {
    "Cast": lambda x: x.float(),
    "Mul": torch.mul,
    "Reshape": lambda x, shape: x.reshape(tuple(shape.tolist())),
    "Gemm": lambda x, kernel, bias: torch.addmm(bias, x, kernel),
    "Relu": torch.relu,
}


def load_encoder(path):
    """The graph of a dense encoder as a function of tensors: Debian has no onnxruntime for Python."""
    graph = onnx.load(path).graph
    weights = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer}

    def encode(images):
        values = {**weights, graph.input[0].name: images}
        for node in graph.node:
            values[node.output[0]] = kernels[node.op_type](*(values[name] for name in node.input))
        return values[graph.output[0].name]

    return encode


def main(model, folder, out):
    torch.set_num_threads(os.cpu_count())
    encode = load_encoder(model)
    files = sorted(Path(folder).rglob("*.png"))
    start = time.perf_counter()
    codes = []
    with torch.inference_mode():
        for at in range(0, len(files), BATCH):
            images = np.stack([np.asarray(Image.open(file)) for file in files[at : at + BATCH]])
            codes.append(encode(torch.from_numpy(images[..., None])).numpy())
    np.save(out, np.concatenate(codes))
    seconds = time.perf_counter() - start
    print(json.dumps({"itemsPerSecond": len(files) / seconds, "first": codes[0][0].tolist()}))


main(*sys.argv[1:])
