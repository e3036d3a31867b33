import { expect, it } from "vitest";
import { setStandardTeam } from "../api/team";
import { nounCommand, plainCommand, restoreCommand } from "./nounCommand";

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

it("names the team that is meant", () => {
  setStandardTeam("growth");
  expect(nounCommand("create", "alias", "churn@champion", { version: "3" })).toBe(
    "roadbed create alias churn@champion --version=3 --team=growth",
  );
  setStandardTeam(undefined);
});
