"""Who may ask the bot for something. Every rule says no unless it clearly means yes.

`author_association` counts for nothing: members of an organisation may be read-only, and private members look
like strangers. A label counts for nothing either: issue forms, triagers and other bots can set it.
"""

from bot.words.job import Person
from bot.words.label_event import LabelEvent

#: The legacy field of the permission endpoint: "maintain" shows as "write", "triage" as "read".
#: https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
COMMANDING = frozenset({"admin", "write"})


def may_command(answer: object, person: Person) -> bool:
    """Whether GitHub's answer about a login's permission lets exactly this person give commands.

    Args:
        answer: the parsed JSON of the permission endpoint, whatever it is.
        person: who asks; the id decides, for a login can be renamed and taken over.
    """
    permission = answer.get("permission") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(permission, str) or permission not in COMMANDING:
        return False
    user = answer.get("user")
    known = user.get("id") if isinstance(user, dict) else None
    return isinstance(known, int) and not isinstance(known, bool) and known == person.id > 0


def is_human(kind: object, login: object, through_app: object) -> bool:
    """Whether a sender is a person who acts by hand, and not a bot or an App in somebody's name.

    Args:
        kind: `sender.type`.
        login: `sender.login`.
        through_app: `performed_via_github_app` of the comment or event; None when by hand.
    """
    return kind == "User" and isinstance(login, str) and login != "" and not login.endswith("[bot]") and not through_app


def labelled_by(event: LabelEvent | None, person: Person) -> bool:
    """Whether GitHub's own record says that this person, by hand, put the label there last."""
    return event is not None and event.actor.id == person.id > 0 and not event.through_app
