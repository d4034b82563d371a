"""The paths that no patch may touch: what runs, steers or guards something outside of the code.

Globs over the casefolded NFC path; each of them counts in every folder.
"""

#: Why, in the words of a refusal ("protected: <why>"), and what.
PROTECTED: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (why, tuple(globs.split()))
    for why, globs in (
        ("it holds GitHub's own settings", ".github/** codeowners"),
        ("it steers git", ".git/** git~*/** .gitattributes .gitmodules .gitconfig .githooks/**"),
        (
            "it runs on people's own machines",
            """
            .pre-commit-config* .pre-commit-hooks* .husky/** lefthook.y*ml .lefthook/** .vscode/** .idea/**
            .devcontainer/** .devcontainer.json devcontainer.json .envrc .env .env.* mise.toml .mise.toml .tool-versions
            .gitpod.yml taskfile.y*ml taskfile.dist.y*ml poe_tasks.toml poe_tasks.json poe_tasks.y*ml dvc.yaml
            """,
        ),
        (
            "it instructs agents",
            """
            agents.md agents.override.md claude.md claude.local.md gemini.md .claude/** .mcp.json .cursor/**
            .cursorrules .windsurf/** .windsurfrules .clinerules/** .roo/** .aider* .codex/** .gemini/**
            copilot-instructions.md *.instructions.md .kiro/** .agents/** copilot-setup-steps.yml
            agent.md agents.*.md claude.*.md gemini.*.md skill.md qwen.md warp.md crush.md replit.md *.prompt.md
            *.chatmode.md *.agent.md *.mdc .junie/** .amazonq/** .qwen/** .opencode/** opencode.json .continue/**
            .openhands/** .trae/** .augment/** .goosehints .rules
            """,
        ),
        (
            "it builds or starts containers",
            """
            dockerfile* *.dockerfile containerfile* .dockerignore docker-compose* compose.y*ml compose.*.y*ml
            """,
        ),
        (
            "it configures continuous integration",
            """
            .gitlab-ci* .gitlab/** .circleci/** .travis.yml azure-pipelines* .azure-pipelines/** jenkinsfile*
            appveyor.yml .appveyor.yml .drone.yml .buildkite/** bitbucket-pipelines.yml .cirrus.yml
            .woodpecker/** .woodpecker.yml .semaphore/** .ci/** action.yml action.yaml .readthedocs.y*ml
            codecov.yml .codecov.yml renovate.json* .renovaterc* buildspec.y*ml cloudbuild.y*ml cloudbuild.json
            bitrise.yml codemagic.yaml
            """,
        ),
        (
            "services build and deploy what is pushed by it",
            """
            vercel.json netlify.toml render.yaml amplify.yml heroku.yml app.json fly.toml railway.json
            railway.toml wrangler.toml firebase.json serverless.y*ml skaffold.yaml nixpacks.toml
            snapcraft.yaml
            """,
        ),
        (
            "it decides what is installed",
            """
            *.lock *.lock.json package.json package-lock.json npm-shrinkwrap.json pnpm-lock.yaml go.sum pipfile
            pylock.toml pylock.*.toml *requirements*.txt *requirements*.in constraints*.txt requirements/*.txt
            requirements/*.in runtime.txt environment.yml environment.yaml
            environment-*.yml environment-*.yaml environment.*.yml environment.*.yaml pixi.toml
            pnpm-workspace.yaml bunfig.toml lerna.json pip.conf uv.toml .npmrc .pypirc .netrc
            """,
        ),
        (
            "it configures the tests or the build",
            """
            conftest.py pytest.ini .pytest.ini pytest.toml .pytest.toml tox.ini tox.toml setup.cfg setup.py
            pyproject.toml .coveragerc mypy.ini .mypy.ini noxfile.py hatch_build.py makefile gnumakefile
            *pytest*.ini *pytest*.toml *pytest*.cfg *coverage*.ini *coverage*.toml *coverage*.cfg
            ruff.toml .ruff.toml .flake8 pylintrc .pylintrc pyrightconfig.json manifest.in cmakelists.txt
            meson_options.txt pom.xml build.xml cargo.toml composer.json deno.json hatch.toml poetry.toml pdm.toml
            """,
        ),
        (
            "Python runs it by itself",
            """
            sitecustomize.py sitecustomize/** usercustomize.py usercustomize/** *.pth *.egg-link pyvenv.cfg
            *.dist-info/** *.egg-info/**
            """,
        ),
        (
            "it would stand in for the test runner",
            "pytest.py pytest/__init__.py _pytest.py _pytest/** pluggy.py pluggy/**",
        ),
        ("it holds keys", "*.pem *.key *.p12 *.pfx id_rsa* id_ed25519* id_ecdsa*"),
    )
)

#: Top-level modules that would stand in for the test runner itself.
SHADOWS = frozenset({"pytest", "_pytest", "pluggy", "coverage"})
