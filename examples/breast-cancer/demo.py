"""The demo: a model from code to production, a better one released by evidence, a broken one undone by itself.

Starts a platform in a temporary folder on free ports, plays the story with its command line and its API while callers send real
rows and check each answer, then stays up until Ctrl-C (or ends, with --once). Exits with 1 when a step fails or a bar is missed.
Needs Python 3.10 or newer and nothing else.
"""

import argparse
import json
import pathlib
import signal
import sys
import time

sys.dont_write_bytecode = True

from story import summary  # noqa: E402
from story.platform import Platform, StepFailed  # noqa: E402
from story.traffic import Traffic  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parent
SERVICE = "cancer"
MODEL = "breast-cancer"


class Story:
    def __init__(self, platform):
        self.platform = platform
        self.begun = time.monotonic()
        self.traffic = None
        self.report = {"steps": {}, "verdicts": {}}

    def say(self, text):
        print(f"[{time.monotonic() - self.begun:6.1f} s] {text}", flush=True)

    def timed(self, name, begun):
        seconds = round(time.monotonic() - begun, 2)
        self.report["steps"][name] = seconds
        return seconds

    def train(self, variant):
        """Runs the training job; returns the registered version and what the model answers to the rows of production."""
        begun = time.monotonic()
        job = self.platform.data_of("run", "train", "-p", f"variant={variant}", "--wait", folder=PROJECT)
        if job["state"] != "succeeded" or not job["run_ids"]:
            raise StepFailed(f"training {variant} ended as {job['state']} with runs {job['run_ids']}")
        run = job["run_ids"][-1]
        found = json.loads(self.platform.get(f"/api/2.0/mlflow/model-versions/search?filter=run_id%3D%27{run}%27"))
        version = found["model_versions"][0]["version"]
        expected = json.loads(self.platform.get(f"/api/v1/jobs/{job['id']}/outputs/expected.json"))
        seconds = self.timed(f"train {variant}", begun)
        self.say(f"trained {variant} in {seconds:.0f} s: {MODEL}/{version}")
        return version, expected

    def search(self):
        """Runs the job that tries settings; its runs are there to be compared."""
        begun = time.monotonic()
        job = self.platform.data_of("run", "search", "--wait", folder=PROJECT)
        if job["state"] != "succeeded" or len(job["run_ids"]) < 2:
            raise StepFailed(f"the search ended as {job['state']} with {len(job['run_ids'])} runs")
        seconds = self.timed("search", begun)
        self.say(f"tried {len(job['run_ids'])} settings in {seconds:.0f} s: compare them at {self.platform.url}/compare?runs={','.join(job['run_ids'])}")

    def release(self, variant, version, wanted):
        """Deploys a version, waits for the verdict, and holds it against what has to come out."""
        begun = time.monotonic()
        ends = {"promoted": 0, "rolled_back": 1}
        self.platform.command("deploy", SERVICE, "--model", f"{MODEL}/{version}", "--wait", "--timeout", "10m", accept=(0, 1))
        rollout = self.platform.data_of("get", "rollout", SERVICE)
        verdict = rollout.get("verdict") or {}
        sentence = verdict.get("sentence", "no verdict")
        self.report["verdicts"][variant] = verdict
        seconds = self.timed(f"release {variant}", begun)
        self.say(f"{variant} {rollout['state']} after {seconds:.0f} s: {sentence}")
        if rollout["state"] != wanted or wanted not in ends:
            raise StepFailed(f"{variant} had to be {wanted} and is {rollout['state']}: {sentence}")
        return rollout

    def play(self):
        seconds = self.platform.start()
        self.report["steps"]["ready"] = round(seconds, 3)
        self.say(f"platform ready in {seconds:.2f} s at {self.platform.url}")
        self.say(f"watch all of it live in the portal: {self.platform.portal_link()} (the link works once, within 15 minutes)")
        self.platform.command("apply", "--yes", folder=PROJECT)
        self.say("applied roadbed.yaml; training the first model (its environment is made once, which takes a while)")

        version, expected = self.train("v1")
        self.release("v1", version, "promoted")
        self.traffic = Traffic(self.platform.gateway_url, SERVICE, self.platform.token, expected["rows"])
        self.traffic.expect("1", expected["answers"])
        self.traffic.start()
        self.say("callers ask from now on, through everything that follows")

        self.search()
        version, expected = self.train("v2")
        self.traffic.expect("2", expected["answers"])
        rollout = self.release("v2", version, "promoted")
        self.must_be(rollout, "certified")

        version, expected = self.train("v3")
        failing = sum(answer is None for answer in expected["answers"])
        self.say(f"v3 fails on {failing} of {len(expected['answers'])} rows of production, and looked perfect in training")
        self.traffic.expect("3", expected["answers"])
        rollout = self.release("v3", version, "rolled_back")
        self.must_be(rollout, "harm")
        self.after_the_rollback()

    def must_be(self, rollout, reason):
        given = rollout["verdict"].get("reason")
        if given != reason:
            raise StepFailed(f"the verdict had to come from {reason} and came from {given}")

    def after_the_rollback(self):
        """The next answers come from the revision before."""
        time.sleep(2)
        before = dict(self.traffic.answered_by)
        time.sleep(2)
        new = {revision for revision, count in self.traffic.answered_by.items() if count > before.get(revision, 0)}
        if new != {"2"}:
            raise StepFailed(f"after the rollback revision 2 had to answer alone; answers came from {sorted(map(str, new))}")

    def costs(self):
        """The bill, once the service's share is in it."""
        deadline = time.monotonic() + 60
        while True:
            costs = json.loads(self.platform.get("/api/v1/costs"))
            objects = {line["object"] for line in costs["lines"]}
            if f"service/{SERVICE}" in objects and "job/train" in objects:
                return costs
            if time.monotonic() > deadline:
                raise StepFailed(f"the bill names {sorted(objects)}; job/train and service/{SERVICE} have to be there")
            time.sleep(1)

    def conclude(self):
        """Prints the summary; returns whether every bar was passed."""
        costs = self.costs()
        self.traffic.stop()
        requests, wrong = self.traffic.counts()
        away = self.traffic.seconds_of("3")
        checks = summary.bars(self.traffic, away, costs)
        self.report.update(requests=requests, wrong=wrong, seconds_with_broken_model=away, costs=costs)
        self.report["bars"] = dict(checks)
        print("\nTimes")
        for name, seconds in self.report["steps"].items():
            print(f"  {name:<12} {seconds:8.2f} s")
        if away is not None:
            print(f"  {'v3 answered':<12} {away:8.2f} s from its first request to its last")
        print("Verdicts")
        for variant, verdict in self.report["verdicts"].items():
            print(f"  {variant}: {verdict.get('sentence', '')}")
        print("Traffic")
        print("\n".join(f"  {line}" for line in summary.describe_traffic(self.traffic)))
        print("Cost")
        print("\n".join(f"  {line}" for line in summary.describe_costs(costs)))
        print("Bars")
        for what, passed in checks:
            print(f"  {'ok    ' if passed else 'MISSED'} {what}")
        return all(passed for _, passed in checks)


def stay(platform):
    print(f"\nPortal: {platform.portal_link()}\nData and log: {platform.folder} (removed at the end)\nCtrl-C ends it.", flush=True)
    platform.process.wait()
    raise StepFailed(f"the platform ended by itself:\n{platform.last_words()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the roadbed program")
    parser.add_argument("--once", action="store_true", help="end after the story")
    parser.add_argument("--report", metavar="FILE", help="write times, verdicts, counts and costs as JSON")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell that starts us in the background ignores interrupts for us.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    platform = Platform(options.program)
    story = Story(platform)
    passed = False
    try:
        story.play()
        passed = story.conclude()
        if options.report:
            summary.write_report(options.report, story.report)
        if not options.once:
            stay(platform)
    except StepFailed as failure:
        passed = False
        print(f"\nThe demo failed: {failure}", file=sys.stderr)
        print(f"Last lines of the platform's log:\n{platform.last_words()}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nending", file=sys.stderr)
    finally:
        if story.traffic and not story.traffic.stopping.is_set():
            story.traffic.stop()
        if not platform.stop():
            passed = False
            print("the platform did not end cleanly", file=sys.stderr)
    print("The demo passed." if passed else "The demo did not pass.")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
