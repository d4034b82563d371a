"""Thoughts: what a reasoning model says to itself before it answers. It is no part of a reply."""

import re

#: How open models mark their thoughts in plain text, where their server does not take them out.
OPENING = re.compile(r"^[ \t]*(?:<(think|thinking|thought|reasoning)>|\[(THINK)\])", re.MULTILINE)
#: gpt-oss marks the answer instead: https://cookbook.openai.com/articles/openai-harmony
ANSWER = re.compile(r"<\|channel\|>final[^<]*<\|message\|>")
HARMONY_END = re.compile(r"<\|(?:return|end)\|>\s*\Z")
#: From here on a reply is content, in which such words may stand: a section, a block of code, JSON.
CONTENT = re.compile(r"^ {0,3}(?:\**\[\[ ?## ?\w|```|~~~|\{)", re.MULTILINE)
#: A closing tag whose opening one was part of the prompt, with a section after it.
CLOSED = re.compile(r"</(?:think|thinking|thought|reasoning)>|\[/THINK\]")
#: Blocks of thoughts that are taken out of one reply: nobody thinks more often, and each costs a pass over it.
MOST_BLOCKS = 20
SECTION = re.compile(r"^ {0,3}\**\[\[ ?## ?(?!completed\b)\w+ ?## ?\]\]", re.MULTILINE)


def without_thoughts(reply: str) -> str:
    """The reply without its thoughts; "" when it holds nothing else, as when they never end."""
    if (answers := list(ANSWER.finditer(reply))) and not CONTENT.search(reply[: answers[0].start()]):
        return HARMONY_END.sub("", reply[answers[-1].end() :]).strip()
    reply = _after_closing(reply)
    for _block in range(MOST_BLOCKS):
        opening = OPENING.search(reply)
        if opening is None or CONTENT.search(reply[: opening.start()]):
            break
        name = opening[1] or opening[2]
        closing = f"</{name}>" if opening[1] else f"[/{name}]"
        _thoughts, closed, rest = reply[opening.end() :].partition(closing)
        reply = reply[: opening.start()] + (rest if closed else "")
    return reply.strip()


def _after_closing(reply: str) -> str:
    """What stands after a closing tag that nobody opened: some templates begin the reply with an open thought."""
    closing = CLOSED.search(reply)
    if closing is None or OPENING.search(reply[: closing.start()]):
        return reply
    rest = reply[closing.end() :]
    return rest if SECTION.search(rest) else reply
