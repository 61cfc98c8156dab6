// Writes what the package takes from the rest of the repository into src/gen: messages and services of the contract,
// the service config, the timeouts, and the reasons of errors. Run as `npm run generate`; `npm pack` runs it too.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

process.chdir(import.meta.dirname ?? new URL(".", import.meta.url).pathname);

const CONFIG = "../../proto/src/main/resources/com/minhacarona/client";
const ERRORS = "../../docs/errors.md";

// What an earlier run wrote goes first, so that nothing of a deleted .proto stays.
rmSync("src/gen", { recursive: true, force: true });
execFileSync("buf", ["generate"], { stdio: "inherit" });

const [config, timeouts] = ["service-config", "timeouts"].map((name) =>
  readFileSync(`${CONFIG}/${name}.json`, "utf8").trim(),
);
const errors = readFileSync(ERRORS, "utf8");
const reasons = [...errors.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, reason]) => reason);
const line = errors.match(/^- (.*): it may be stored or not\.$/m);
const open = [...(line?.[1] ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, reason]) => reason);
if (open.length === 0 || !open.every((reason) => reasons.includes(reason))) {
  throw new Error(`${ERRORS} does not say which reasons leave open whether a write is stored`);
}
writeFileSync(
  "src/gen/published.ts",
  `// From ${CONFIG} and ${ERRORS}, by generate.js.
export const serviceConfig = ${config};
export const timeouts = ${timeouts};
export const REASONS = ${JSON.stringify(reasons)} as const;
export const UNKNOWN_REASONS = ${JSON.stringify(open)};
`,
);
