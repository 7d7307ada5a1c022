// Brings what tests and experiments need beyond npm, and says plainly which tests will not run without it.

import { installPackages, whyNotInstallable } from "./debian.ts";
import { type Requirement, requirements } from "./requirements.ts";

type Say = (message: string) => void;

/** Installs what is missing where it can. A machine without it still runs all other tests. */
export function prepareForTests(say: Say): void {
  for (const requirement of bring(Object.values(requirements), say)) {
    say(`${requirement.name} (Debian: ${requirement.debianPackage}) is missing.`);
    say(`Skipped without it: ${requirement.neededFor}.`);
  }
}

/** Installs what of this is missing, where it can. Returns what is missing still. */
export function bring(wanted: readonly Requirement[], say: Say): readonly Requirement[] {
  const missing = wanted.filter(isMissing);
  if (missing.length === 0) return [];
  const packages = missing.map((requirement) => requirement.debianPackage);
  say(`installing ${packages.join(", ")}`);
  const failure = whyNotInstallable() ?? installPackages(packages);
  if (failure) say(`could not install ${packages.join(", ")}: ${failure}`);
  return missing.filter(isMissing);
}

function isMissing(requirement: Requirement): boolean {
  return !requirement.find().available;
}
