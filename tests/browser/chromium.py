"""A Chromium without a window, spoken to in the DevTools protocol over a pipe.

    with Chromium() as browser:
        page = browser.open(path, width=1280)
        page.evaluate("document.title")

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile


def find_chromium():
    """The program, or None."""
    named = os.environ.get("EIF_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((path for path in map(shutil.which, names) if path), None)


class Chromium:
    def __init__(self):
        # The browser's other processes may still write to it when this one has ended.
        self._profile = tempfile.TemporaryDirectory(prefix="eif-chromium-", ignore_cleanup_errors=True)
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The protocol has the numbers 3 and 4. No sandbox: it needs rights that a test may not have.
        command = [find_chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                   "--disable-dev-shm-usage", "--remote-debugging-pipe", "--hide-scrollbars",
                   f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "chromium", *command],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._count = 0
        self.listeners = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)
        self._profile.cleanup()

    def _receive(self):
        while b"\0" not in self._buffer:
            received = os.read(self._read, 1 << 20)
            if not received:
                raise RuntimeError("the browser ended")
            self._buffer += received
        message, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(message)
        if "method" in message:
            for listener in self.listeners:
                listener(message["method"], message.get("params", {}))
        return message

    def call(self, method, session=None, **parameters):
        """What the browser answers."""
        self._count += 1
        request = {"id": self._count, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self._write, json.dumps(request).encode() + b"\0")
        while True:
            message = self._receive()
            if message.get("id") == self._count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def wait_for(self, method):
        while self._receive().get("method") != method:
            pass

    def open(self, path, width=1280, height=900, dark=False, script=True):
        return Page(self, pathlib.Path(path).resolve().as_uri(), width, height, dark, script)


class Page:
    """A page, and what it did: `requests` beside its own, and `complaints` of the console."""

    def __init__(self, browser, address, width, height, dark, script):
        self._browser, self._address = browser, address
        self.requests, self.complaints = [], []
        browser.listeners = [self._hear]
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target,
                                     flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Page.navigate", url=address)
        browser.wait_for("Page.loadEventFired")

    def _hear(self, method, parameters):
        if method == "Network.requestWillBeSent":
            address = parameters["request"]["url"]
            if address != self._address and not address.startswith("data:"):
                self.requests.append(address)
        elif method == "Log.entryAdded":
            self.complaints.append(parameters["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(json.dumps(parameters["args"]))

    def call(self, method, **parameters):
        return self._browser.call(method, self._session, **parameters)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression):
        """The value of an expression, awaited where it is a promise."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def point_at(self, selector, right=0.5, down=0.5):
        """Moves the mouse over the element, to these shares of its width and height."""
        box = self.evaluate(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            element.scrollIntoView({{block: "center"}});
            const box = element.getBoundingClientRect();
            return [box.left, box.top, box.width, box.height];
        }})()""")
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + right * box[2],
                  y=box[1] + down * box[3])

    def press(self, key):
        codes = {"Tab": 9, "ArrowRight": 39, "ArrowDown": 40, "End": 35}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=codes[key])

    def screenshot(self):
        """PNG of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return base64.b64decode(self.call(
            "Page.captureScreenshot", captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000),
                  "scale": 1})["data"])

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])
