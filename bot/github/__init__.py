"""The one worker that speaks to GitHub.

A **Portal** owns the event loop and the connections; a **Client** asks one question, waits as GitHub tells it
to and says what went wrong in typed errors; **Credentials** give a token that opens one repository
and nothing more. On top stand the nouns: `RepositoryClient` reads and comments, `Publisher` is the only thing
that can write code: a branch `intern/...` and one pull request.

Nothing here knows a model, and no token ever leaves this package.
"""
