// Brings what the tests need beyond npm, and says plainly which tests will not run without it.

import { installPackages, whyNotInstallable } from "./debian.ts";
import { type Requirement, requirements } from "./requirements.ts";

/** Installs what is missing where it can. A machine without it still runs all other tests. */
export function prepareForTests(say: (message: string) => void): void {
  const missing = Object.values(requirements).filter(isMissing);
  if (missing.length === 0) return;
  const packages = missing.map((requirement) => requirement.debianPackage);
  say(`installing ${packages.join(", ")}`);
  const failure = whyNotInstallable() ?? installPackages(packages);
  if (failure) say(`could not install ${packages.join(", ")}: ${failure}`);
  for (const requirement of missing.filter(isMissing)) {
    say(`${requirement.name} (Debian: ${requirement.debianPackage}) is missing.`);
    say(`Skipped without it: ${requirement.neededFor}.`);
  }
}

function isMissing(requirement: Requirement): boolean {
  return !requirement.find().available;
}
