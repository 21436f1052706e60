"""Every key there is: the bindings of app, screen and widgets, from which help and the user's key map are made."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def key(keys: str, action: str, short: str, long: str, *, show: bool = False) -> Binding:
    """Return a binding; its id, which does not change, is the name of the action, `short` stands in the footer."""
    return Binding(keys, action, short, show=show, id=action.replace("_", "-"), tooltip=long)


def ask(keys: str, name: str, short: str, long: str, *, show: bool = False) -> Binding:
    """Return a binding that opens a dialog of the app."""
    return Binding(keys, f"want('{name}')", short, show=show, id=name, tooltip=long)


DECIDE: list[BindingType] = [
    key("space", "decide", "Toggle", "Accept what is not accepted, else reject: a fix, or all of a group", show=True),
    key("a", "accept", "Accept", "Accept the fix, or all fixes of the group", show=True),
    key("r", "reject", "Reject", "Reject the fix, or all fixes of the group", show=True),
    key("A", "batch", "Accept more", "Accept or reject a whole rule, a whole file, or all up to a risk"),
    key("s", "ignore", "Ignore", "Ignore the finding, with a reason and an end", show=True),
    key("p", "parameter", "Value", "Change a value of the rule: a limit, a port, a user id", show=True),
    key("u", "undo", "Undo", "Take the last decision back", show=True),
    key("ctrl+r", "redo", "Redo", "Make the decision again that was taken back"),
    key("backspace", "reset", "Reset", "Forget the decision: what the risk says counts again"),
]
LOOK: list[BindingType] = [
    key("n", "next", "Next", "Jump to the next finding that nobody has decided", show=True),
    key("N", "previous", "Previous", "Jump to the previous finding that nobody has decided"),
    key("g", "group", "Group", "Group by file, rule, severity, risk or environment", show=True),
    key("v", "view", "View", "Diff in one column or side by side"),
    key("d", "scope", "Fix/file", "Diff of the fix alone, or of the whole file with all its accepted fixes"),
    key("i", "why", "Why", "Show or hide why it is a finding"),
    key("z", "zoom", "Zoom", "Give one panel the whole screen, and back"),
]
FIND: list[BindingType] = [
    key("slash", "search", "Search", "Show only findings with these words", show=True),
    key("f", "filter", "Filter", "Show only some rules, severities, risks, environments or states"),
    key("m", "troubles", "Messages", "What was not looked at, and rules that crashed"),
    key("escape", "escape", "Back", "Stop the scan; show everything again; leave a panel"),
]
LEAVE: list[BindingType] = [
    ask("w", "write", "Write", "See what would be written, and write it", show=True),
    ask("x", "export", "Export", "Export a patch or a report"),
    ask("e", "edit", "Edit", "Open the file at the line in $EDITOR, then scan it anew"),
    ask("f5", "rescan", "Scan anew", "Look for files that changed on disk, and scan them anew"),
    key("t", "dark", "Light/dark", "Change between the dark and the light theme"),
    ask("q", "leave", "Quit", "Quit; asks when something was decided and not written", show=True),
    ask("question_mark", "help", "Help", "All keys", show=True),
]
MOVE: list[BindingType] = [
    key("down,j", "down", "Down", "Next row"),
    key("up,k", "up", "Up", "Previous row"),
    key("pagedown", "page_down", "Page down", "One page on"),
    key("pageup", "page_up", "Page up", "One page back"),
    key("home", "first", "First", "First row"),
    key("end", "last", "Last", "Last row"),
]
TREE: list[BindingType] = [
    key("right,l", "unfold", "Open", "Open the group"),
    key("left,h", "fold", "Close", "Close the group, or go to it"),
    key("enter", "enter", "Open", "Open or close the group; go to the diff of the finding"),
    key("J", "next_group", "Next group", "Next group"),
    key("K", "previous_group", "Previous group", "Previous group"),
    key("plus", "unfold_all", "Open all", "Open all groups"),
    key("minus", "fold_all", "Close all", "Close all groups"),
]
DIFF: list[BindingType] = [
    key("right_square_bracket", "next_change", "Next change", "Next fix in the diff"),
    key("left_square_bracket", "previous_change", "Previous change", "Previous fix in the diff"),
    key("right,l", "scroll_more", "Right", "Scroll to the right"),
    key("left,h", "scroll_less", "Left", "Scroll to the left"),
]
SECTIONS: tuple[tuple[str, list[BindingType]], ...] = (
    ("Decide", DECIDE),
    ("Look", LOOK),
    ("Find", FIND),
    ("Write and leave", LEAVE),
    ("Move", MOVE),
    ("In the tree", TREE),
    ("In the diff", DIFF),
)


def bindings() -> list[Binding]:
    """Return all bindings."""
    return [binding for _, section in SECTIONS for binding in section if isinstance(binding, Binding)]


def ids() -> dict[str, str]:
    """Return what can be remapped, with its usual keys."""
    return {binding.id: binding.key for binding in bindings() if binding.id}
