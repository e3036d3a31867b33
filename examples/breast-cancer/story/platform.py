"""A platform in a temporary folder, used as anyone would: through its command line and its API."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

READY_SECONDS = 60
STOP_SECONDS = 60
COMMAND_SECONDS = 900


class StepFailed(Exception):
    """A step of the story did not end as it has to; the text says what came instead."""


class Platform:
    def __init__(self, program):
        self.program = pathlib.Path(program).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roadbed-demo-"))
        self.data = self.folder / "data"
        self.log = self.folder / "platform.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROADBED_", "MLFLOW_"))}
        # A login kept on this machine must not lead the commands to another server.
        self.environment = {**kept, "ROADBED_DATA": str(self.data), "XDG_CONFIG_HOME": str(self.folder / "config"), "NO_COLOR": "1"}
        # Packages are downloaded once per user and not once per temporary data directory.
        cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        self.environment.setdefault("UV_CACHE_DIR", str(pathlib.Path(cache, "uv")))
        self.process = None
        self.variables = {}

    def start(self):
        """Starts every role on free ports of loopback; returns the seconds until all of them answered."""
        if not self.program.is_file():
            raise StepFailed(f"{self.program} is not there; run: make build")
        begun = time.monotonic()
        command = [self.program, "up", "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--stop-jobs", "--quiet"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        while not self._ready():
            if self.process.poll() is not None:
                raise StepFailed(f"the platform ended with {self.process.returncode}:\n{self.last_words()}")
            if time.monotonic() - begun > READY_SECONDS:
                raise StepFailed(f"the platform is not ready after {READY_SECONDS} s:\n{self.last_words()}")
            time.sleep(0.01)
        seconds = time.monotonic() - begun
        self.variables = json.loads(self.command("env", "-o", "json"))
        return seconds

    def _ready(self):
        try:
            server = json.loads((self.data / "server.json").read_text(encoding="utf-8"))
            with urllib.request.urlopen(server["url"] + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except (OSError, ValueError):
            return False

    def last_words(self, lines=15):
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    @property
    def url(self):
        return self.variables["ROADBED_URL"]

    def portal_link(self):
        """A link that logs in, once, within 15 minutes."""
        return self.command("open", "--no-browser").strip() or self.url + "/"

    @property
    def gateway_url(self):
        return self.variables["ROADBED_GATEWAY_URL"]

    @property
    def token(self):
        return self.variables["ROADBED_TOKEN"]

    def command(self, *arguments, folder=None, accept=(0,)):
        """Runs `roadbed …` and returns what it wrote to standard output."""
        ended = subprocess.run(
            [self.program, *arguments],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if ended.returncode not in accept:
            words = "\n".join((ended.stderr or ended.stdout).splitlines()[-25:])
            raise StepFailed(f"roadbed {' '.join(arguments)} ended with {ended.returncode}:\n{words}")
        return ended.stdout

    def data_of(self, *arguments, folder=None, accept=(0,)):
        return json.loads(self.command(*arguments, "-o", "json", folder=folder, accept=accept))

    def get(self, path):
        """The body of a GET on the API."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise StepFailed(f"GET {path} answered {error.code}: {error.read()[:500]!r}") from error

    def stop(self):
        """Ends the platform with everything it runs, and removes its folder. True when that went well."""
        clean = True
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                clean = False
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        _remove(self.folder)
        return clean and not self.folder.exists()


def _remove(folder):
    """Environments are read-only: make them writable on the way."""
    for place, _, _ in os.walk(folder):
        os.chmod(place, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
