"""Plays commands in a shell in a pseudo-terminal, and draws the screen over time as an SVG without scripts."""

import fcntl
import html
import os
import pathlib
import pty
import select
import shutil
import struct
import sys
import tempfile
import termios
import time

import pyte

HERE = pathlib.Path(__file__).parent
COLUMNS = 92
PROMPT = "$ "
# Seconds: between three keys, before Enter and after a command; no idle stretch is shown for longer than REST.
KEY, PAUSE, REST, END = 0.06, 0.4, 1.4, 4.0
CHARACTER, LINE, MARGIN, SIZE = 8.4, 19, 14, 14
COLOURS = {
    "default": "#d8dee9", "red": "#ff7b72", "green": "#7ee787", "brown": "#e3b341", "yellow": "#e3b341",
    "blue": "#79c0ff", "magenta": "#d2a8ff", "cyan": "#76e3ea", "white": "#f0f6fc", "black": "#6e7681",
}

PICTURES = {
    "tutorial": {
        "title": "kubectl vmirs: the life of a set",
        "rows": 30,
        "sandbox": ["--boot-time=9s"],
        "commands": [
            "kubectl vmirs create -f vmirs.yaml",
            "kubectl vmirs get --vmis",
            "kubectl vmirs wait testreplicaset --for=ready",
            "kubectl vmirs get --vmis",
            "kubectl vmirs get --pods",
            "kubectl vmirs scale testreplicaset --replicas=5",
            "kubectl vmirs wait testreplicaset --for=ready",
            "clear",
            "kubectl vmirs describe testreplicaset",
            "clear",
            "kubectl vmirs sandbox crash $(kubectl vmirs get --vmis -o name | head -1)",
            "sleep 2.5; kubectl vmirs get --vmis",
            "kubectl vmirs autoscale --min=2 --max=5",
            "kubectl vmirs get --hpas",
        ],
    },
    "scale-local": {
        "title": "kubectl vmirs scale --local: the embedded reconciler and its progress",
        "rows": 12,
        "sandbox": ["--no-controller", "--nodes=4", "--boot-time=5s"],
        "commands": [
            "kubectl vmirs create web --image=quay.io/containerdisks/fedora:latest --replicas=4 --local",
            "kubectl vmirs scale web --replicas=24 --local",
            "kubectl vmirs get",
        ],
    },
}


class Recording:
    """A shell on a sandbox, and what its screen showed when."""

    def __init__(self, plugin, folder, rows, options):
        self.screen = pyte.Screen(COLUMNS, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.frames, self.clock = [], 0.0
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": folder, "TERM": "xterm-256color", "PS1": PROMPT}
            words = [plugin, "sandbox", *options, "--", "bash", "--norc", "--noprofile", "+o", "history"]
            os.execve(plugin, words, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, COLUMNS, 0, 0))

    def watch(self, seconds, until=lambda: False):
        """Notes every change of the screen for so long, or until something holds."""
        start = last = time.monotonic()
        while time.monotonic() - start < seconds and not until():
            if select.select([self.terminal], [], [], 0.03)[0]:
                try:
                    self.stream.feed(os.read(self.terminal, 65536))
                except OSError:
                    return
                now = time.monotonic()
                self.note(min(now - last, REST))
                last = now
        self.clock += min(time.monotonic() - last, REST)

    def note(self, passed):
        self.clock += passed
        shown = picture_of(self.screen)
        if not self.frames or self.frames[-1][1] != shown:
            self.frames.append((self.clock, shown))

    def is_waiting(self):
        line = self.screen.display[self.screen.cursor.y]
        return line.rstrip() == PROMPT.rstrip() and self.screen.cursor.x == len(PROMPT)

    def types(self, command):
        for at in range(0, len(command), 3):
            os.write(self.terminal, command[at : at + 3].encode())
            self.watch(KEY)
        self.watch(PAUSE)
        os.write(self.terminal, b"\n")
        self.watch(0.15)
        self.watch(60, self.is_waiting)
        self.watch(PAUSE if command == "clear" else REST)

    def close(self):
        os.write(self.terminal, b"exit\n")
        self.watch(5)
        os.waitpid(self.pid, 0)


def picture_of(screen):
    """The screen's lines, each a tuple of (text, colour, bold), and the cursor's place."""
    lines = []
    for row in range(screen.lines):
        runs = []
        for column in range(screen.columns):
            cell = screen.buffer[row][column]
            look = (cell.fg, cell.bold)
            if runs and runs[-1][1:] == look:
                runs[-1] = (runs[-1][0] + cell.data, *look)
            else:
                runs.append((cell.data, *look))
        while runs and not runs[-1][0].strip():
            runs.pop()
        if runs:
            runs[-1] = (runs[-1][0].rstrip(), *runs[-1][1:])
        lines.append(tuple(runs))
    return tuple(lines)


def spans(runs):
    text = ""
    for data, colour, bold in runs:
        style = "" if colour == "default" else f' fill="{COLOURS.get(colour, "#" + colour)}"'
        style += ' font-weight="bold"' if bold else ""
        data = html.escape(data, quote=False)
        text += f"<tspan{style}>{data}</tspan>" if style else data
    return text


def drawn(title, commands, frames, length, rows):
    """One SVG: every line once, each frame as references to its lines, shown in its turn by CSS."""
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, rows * LINE + 2 * MARGIN
    known, defs, groups, styles = {}, [], [], []
    for index, (begin, lines) in enumerate(frames):
        end = frames[index + 1][0] if index + 1 < len(frames) else length
        uses = []
        for row, runs in enumerate(lines):
            if not runs:
                continue
            if runs not in known:
                known[runs] = f"l{len(known)}"
                columns = sum(len(data) for data, _, _ in runs)
                defs.append(
                    f'<text id="{known[runs]}" textLength="{columns * CHARACTER:.1f}" lengthAdjust="spacingAndGlyphs">'
                    f"{spans(runs)}</text>"
                )
            uses.append(f'<use href="#{known[runs]}" x="{MARGIN}" y="{MARGIN + SIZE + row * LINE}"/>')
        last = " class=\"last\"" if index + 1 == len(frames) else ""
        groups.append(f'<g id="f{index}"{last}>{"".join(uses)}</g>')
        start, stop = 100 * begin / length, 100 * end / length
        before = f"0%,{max(start - 0.0001, 0):.4f}%{{visibility:hidden}}" if start > 0 else ""
        after = f"{stop:.4f}%,100%{{visibility:hidden}}" if stop < 100 else ""
        styles.append(
            f"@keyframes k{index}{{{before}{start:.4f}%,{stop - 0.0001:.4f}%{{visibility:visible}}{after}}}"
            f"#f{index}{{animation-name:k{index}}}"
        )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}" role="img" aria-labelledby="title desc">
<title id="title">{html.escape(title)}</title>
<desc id="desc">A terminal in which these commands are typed: {html.escape("; ".join(commands))}</desc>
<style>
text{{font:{SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:{COLOURS["default"]};white-space:pre}}
g{{visibility:hidden;animation:{length:.2f}s step-end infinite}}
@media (prefers-reduced-motion:reduce){{g{{animation:none}}g.last{{visibility:visible}}}}
{"".join(styles)}
</style>
<defs>{"".join(defs)}</defs>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
{"".join(groups)}
</svg>
"""


def main(plugin):
    for name, picture in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            for example in (HERE / "../../examples").glob("*.yaml"):
                shutil.copy(example, folder)
            os.symlink(plugin, f"{folder}/kubectl-vmirs")
            recording = Recording(plugin, folder, picture["rows"], picture["sandbox"])
            recording.watch(10, recording.is_waiting)
            recording.frames, recording.clock = [(0.0, picture_of(recording.screen))], 0.0
            recording.watch(PAUSE)
            for command in picture["commands"]:
                recording.types(command)
            recording.watch(0.2)
            frames, length = list(recording.frames), recording.clock + END
            recording.close()
        commands = [command for command in picture["commands"] if command != "clear"]
        path = HERE / f"{name}.svg"
        path.write_text(drawn(picture["title"], commands, frames, length, picture["rows"]))
        print(f"{path}: {len(frames)} frames, {length:.0f} s, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1])
