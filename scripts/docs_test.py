#!/usr/bin/env python3
"""Runs every console and Python block of the guide against a fresh platform, page after page in the order of docs/guide/README.md.

```console  lines that begin with `$ ` are commands (lines that begin with `> ` go on); the lines after a command are what it has to
            print, in this order, among other lines; `…` stands for anything, runs of spaces are one space
```python   a program, run by the `python` of the page's shell

A page is one shell: folders and variables last to its end; all pages share one working folder and one platform, started by the first
`roadbed up` on free ports and stopped before a page that begins with the comment STOPPED. Other blocks (```yaml, ```text) are not run, but a ```yaml block whose first line is a comment with a file
name is written to that file.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

GUIDE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "guide"
PAGE_SECONDS = 900
READY_SECONDS = 60
MARK = "@@docs-test@@"
STOPPED = "<!-- The platform is stopped before this page. -->"
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclasses.dataclass
class Step:
    """One command with what it has to print."""

    line: int
    command: str
    shown: list


def console_steps(block, line):
    steps = []
    for offset, text in enumerate(block.splitlines()):
        if text.startswith("$ "):
            steps.append(Step(line + offset, text[2:], []))
        elif text.startswith("> ") and steps and not steps[-1].shown:
            steps[-1].command += "\n" + text[2:]
        elif steps and text.strip():
            steps[-1].shown.append(text)
        elif not steps and text.strip():
            raise ValueError(f"line {line + offset}: a console block begins with a command, written `$ command`")
    return steps


def starts_platform(step):
    return step.command.split()[:2] == ["roadbed", "up"]


def steps_of(page):
    """All steps of a page, in order."""
    text = page.read_text(encoding="utf-8")
    steps = []
    for place, found in enumerate(FENCE.finditer(text)):
        kind, block = found.group(1), found.group(2)
        line = text.count("\n", 0, found.start()) + 2
        if kind == "console":
            steps += console_steps(block, line)
        elif kind == "python":
            steps.append(Step(line, f"cat > block_{place}.py <<'END_OF_BLOCK'\n{block}END_OF_BLOCK\npython block_{place}.py", []))
        elif kind == "yaml" and (name := re.match(r"# ([\w.-]+\.ya?ml)\n", block)):
            steps.append(Step(line, f"cat > {name.group(1)} <<'END_OF_BLOCK'\n{block}END_OF_BLOCK", []))
        elif kind in ("sh", "bash", "shell", ""):
            raise ValueError(f"{page.name} line {line}: write shell blocks as ```console and other text as ```text")
    return steps


def pages():
    """The pages the guide's front page links, in its order."""
    names = re.findall(r"\]\((\w[\w-]*\.md)\)", (GUIDE / "README.md").read_text(encoding="utf-8"))
    forgotten = {page.name for page in GUIDE.glob("*.md")} - set(names) - {"README.md"}
    if forgotten:
        raise ValueError(f"docs/guide/README.md does not link {', '.join(sorted(forgotten))}")
    return [GUIDE / name for name in dict.fromkeys(names)]


def first_missing(shown, printed):
    """The first shown line that is not printed after the ones before it."""
    lines = iter([" ".join(line.split()) for line in printed.splitlines()])
    for wanted in shown:
        pattern = ".*".join(re.escape(part) for part in " ".join(wanted.split()).split("…"))
        if not any(re.fullmatch(pattern, line) for line in lines):
            return wanted
    return None


class Runner:
    def __init__(self, program):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="roadbed-guide-"))
        self.work = self.scratch / "work"
        self.work.mkdir()
        programs = self.scratch / "bin"
        programs.mkdir()
        (programs / "roadbed").symlink_to(pathlib.Path(program).resolve())
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROADBED_", "MLFLOW_"))}
        self.environment = {
            **kept,
            "PATH": f"{programs}:{kept['PATH']}",
            "ROADBED_DATA": str(self.scratch / "data"),
            "ROADBED_LISTEN": "127.0.0.1:0",
            "ROADBED_GATEWAY_LISTEN": "127.0.0.1:0",
            "XDG_CONFIG_HOME": str(self.scratch / "config"),
            "NO_COLOR": "1",
            # As if the package was installed: building it takes a release build of the program.
            "PYTHONPATH": str(GUIDE.parent.parent / "python" / "src"),
        }
        cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        self.environment.setdefault("UV_CACHE_DIR", str(pathlib.Path(cache, "uv")))
        self.platform = None

    def up(self, step):
        """`roadbed up` goes on in the background: wait until it is ready, then hold what it printed against the page."""
        log = self.scratch / "up.log"
        with open(log, "wb") as file:
            command = [*step.command.split(), "--stop-jobs"]
            self.platform = subprocess.Popen(
                command, env=self.environment, cwd=self.work, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
            )
        deadline = time.monotonic() + READY_SECONDS
        while first_missing(step.shown, log.read_text(encoding="utf-8")) is not None or not self.ready():
            if time.monotonic() > deadline or self.platform.poll() is not None:
                raise AssertionError(f"line {step.line}: the platform did not come up as shown:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.05)

    def ready(self):
        try:
            text = (self.scratch / "data" / "server.json").read_text(encoding="utf-8")
            url = re.search(r'"url":\s*"([^"]+)"', text).group(1)
            with urllib.request.urlopen(url + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except (OSError, AttributeError):
            return False

    def page(self, page):
        steps = steps_of(page)
        if page.read_text(encoding="utf-8").startswith(STOPPED):
            self.end_platform()
        if steps and starts_platform(steps[0]):
            self.up(steps.pop(0))
        script = ["set -euo pipefail", 'python() { command python3 "$@"; }' if not shutil.which("python") else ""]
        for place, step in enumerate(steps):
            if starts_platform(step):
                raise AssertionError(f"line {step.line}: only the first command of a page can start the platform")
            script += [f"printf '\\n{MARK}{place}\\n'", step.command]
        ended = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            env=self.environment,
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PAGE_SECONDS,
            check=False,
        )
        outputs = re.split(rf"^{MARK}\d+$\n?", ended.stdout, flags=re.MULTILINE)[1:]
        for place, output in enumerate(outputs):
            step = steps[place]
            if ended.returncode != 0 and place == len(outputs) - 1:
                raise AssertionError(f"line {step.line}: `{step.command}` ended with {ended.returncode}:\n{output}")
            wanted = first_missing(step.shown, output)
            if wanted is not None:
                raise AssertionError(f"line {step.line}: `{step.command}` did not print {wanted!r} but:\n{output}")
        return len(steps)

    def end_platform(self):
        if self.platform and self.platform.poll() is None:
            self.platform.send_signal(signal.SIGTERM)
            try:
                self.platform.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.platform.pid, signal.SIGKILL)
                self.platform.wait()

    def stop(self):
        self.end_platform()
        for place, _, _ in os.walk(self.scratch):
            os.chmod(place, 0o700)
        shutil.rmtree(self.scratch, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the roadbed program")
    parser.add_argument("--list", action="store_true", help="only print the steps")
    options = parser.parse_args()
    if options.list:
        for page in pages():
            print("\n".join(f"{page.name}:{step.line}: {step.command}" for step in steps_of(page)))
        return 0
    if not shutil.which("uv"):
        print("SKIPPED: the guide, because uv is not there", file=sys.stderr)
        return 0
    runner = Runner(options.program)
    try:
        for page in pages():
            begun = time.monotonic()
            count = runner.page(page)
            print(f"{page.name}: {count} steps in {time.monotonic() - begun:.0f} s", flush=True)
    except (AssertionError, subprocess.TimeoutExpired) as failure:
        print(f"FAILED: {page.name} {failure}", file=sys.stderr)
        log = runner.scratch / "up.log"
        if log.exists():
            print("the platform's last lines:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]), file=sys.stderr)
        return 1
    finally:
        runner.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
