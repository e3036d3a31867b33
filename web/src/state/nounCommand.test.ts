import { expect, it } from "vitest";
import { setStandardTeam } from "../api/team";
import { nounCommand, plainCommand, restoreCommand, verbCommand } from "./nounCommand";

it("writes what a shell and the command line read back as it was", () => {
  expect(nounCommand("delete", "version", "churn/3")).toBe("roadbed delete version churn/3 --yes");
  expect(nounCommand("update", "run", "r1", { name: "-x it's", "if-match": undefined })).toBe(
    `roadbed update run r1 --name='-x it'\\''s'`,
  );
});

it("brings back what was deleted", () => {
  expect(restoreCommand("run", "r1")).toBe("roadbed update run r1 --restore");
});

it("takes any name and any value", () => {
  expect(plainCommand("create", "view", "-mine", { shared: false, query: "" })).toBe(
    "roadbed create view --shared=false --query='' -- -mine",
  );
});

it("writes commands that are a verb alone", () => {
  expect(verbCommand("approve", "churn/3", { alias: "champion", comment: "looked at May" })).toBe(
    "roadbed approve churn/3 --alias=champion --comment='looked at May'",
  );
  expect(verbCommand("purge", undefined, { experiment: undefined })).toBe("roadbed purge");
  expect(verbCommand("purge", undefined, { experiment: "3" })).toBe("roadbed purge --experiment=3");
});

it("names the team that is meant", () => {
  setStandardTeam("growth");
  expect(nounCommand("create", "alias", "churn@champion", { version: "3" })).toBe(
    "roadbed create alias churn@champion --version=3 --team=growth",
  );
  setStandardTeam(undefined);
});
