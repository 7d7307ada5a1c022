// Written models against tfjs.
export { checkParity, type Parity, type ParityOptions } from "./check-parity.ts";
export { ModelCheckError, ModelMismatchError, type OutputDifference } from "./errors.ts";
