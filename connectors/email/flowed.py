"""Text whose lines were only broken for the way (`format=flowed`, RFC 3676), with its lines joined again."""


def unflow(text: str, *, delete_space: bool) -> str:
    """The text with soft line breaks undone; a quote's lines join only their own depth of `>`.

    `delete_space` is the parameter DelSp: the space before a soft break is not part of the text.
    """
    if " \n" not in text and "\n " not in text and text[:1] != " ":
        return text
    lines: list[str] = []
    depth_before, open_before = 0, False
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        content = rest.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if open_before and depth == depth_before and content != "-- ":
            joined = lines.pop()
            lines.append((joined[:-1] if delete_space else joined) + content)
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        depth_before, open_before = depth, soft
    return "\n".join(lines)
