"""The kernel's files: settings, devices, other processes' insides, and what would make code more than it is."""

from tests.redteam.arena import shared
from tests.redteam.attack import WORKED, Attack, each
from tests.redteam.steps import ABSENT, DENIED

SETTINGS = """
import glob
for path in ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/ns_last_pid",
             "/proc/sys/kernel/randomize_va_space", "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/drop_caches",
             "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv4/ping_group_range", "/proc/sys/fs/suid_dumpable",
             "/proc/sys/fs/binfmt_misc/register", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
             "/sys/power/state", "/sys/kernel/mm/ksm/run", "/sys/kernel/debug/x", "/proc/irq/0/smp_affinity",
             "/sys/kernel/security/x", "/proc/acpi/wakeup", "/sys/module/kernel/parameters/panic", "/proc/kmsg"]:
    step("write", lambda: os.write(os.open(path, os.O_WRONLY), b"0"))

nothing = os.stat("/dev/null")
def writable(*patterns):
    found = []
    for path in (path for pattern in patterns for path in glob.iglob(pattern, recursive=True)):
        try:
            file = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            if not os.path.samestat(os.fstat(file), nothing):  # what an engine hides is this
                found.append(path)
            os.close(file)
        except OSError:
            pass
    return found

say("writable", writable("/proc/sys/**", "/sys/fs/**", "/sys/kernel/*", "/sys/kernel/mm/**", "/proc/[a-z]*"))
say("control: writable", "worked" if writable("/dev/zero") else "broke")
"""

GROUPS = """
import glob
tops = [path for path in [*glob.glob("/sys/fs/cgroup/*"), "/sys/fs/cgroup"] if os.path.isdir(path)]
for top in tops:
    step("make a group", os.mkdir, top + "/mine")
    for name in ("cgroup.procs", "tasks", "release_agent", "notify_on_release", "memory.limit_in_bytes", "memory.max",
                 "pids.max", "devices.allow", "cpu.cfs_quota_us", "cpu.max", "freezer.state", "cgroup.kill"):
        step("write a group", lambda: os.write(os.open(f"{top}/{name}", os.O_WRONLY), b"0"))
say("control: groups", f"worked {len(tops)}")
"""

PROCESSES = """
names = ("mem", "environ", "fd", "cwd", "root", "exe", "maps", "stack", "syscall", "io", "fdinfo", "ns", "map_files",
         "auxv", "smaps", "pagemap", "personality", "wchan")
def look(path):
    if os.path.islink(path):
        return os.readlink(path)
    return os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(8)

def others():
    agent = os.getpid()
    while b"boot.py" not in open(f"/proc/{agent}/cmdline", "rb").read() or agent == os.getpid():
        agent = int(open(f"/proc/{agent}/stat").read().rpartition(")")[2].split()[1])
    return {1, agent}

for pid in others():
    for name in names:
        if name != "wchan":
            step("look", look, f"/proc/{pid}/{name}")
    for name in ("mem", "oom_score_adj", "clear_refs", "coredump_filter", "timerslack_ns", "setgroups", "uid_map"):
        step("change", lambda: os.write(os.open(f"/proc/{pid}/{name}", os.O_WRONLY), b"0"))
    for way in ("root/etc/hostname", "cwd/x", "fd/0", "fd/1", "fd/3", "fd/4"):
        step("through", os.open, f"/proc/{pid}/{way}", os.O_RDWR)
child = os.fork()
if child == 0:
    os.execv("/bin/sleep", ["sleep", "5"])
time.sleep(0.05)
step("control: own child", look, f"/proc/{child}/environ")
os.kill(child, 9)
os.waitpid(child, 0)
"""

RIGHTS = """
import glob
def of(path):
    lines = dict(line.split(":", 1) for line in open(path).read().splitlines())
    caps = {name: lines[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    rights = {f"{name} {value}" for name, value in caps.items() if value.strip("0")}
    return rights | {f"{name} {lines[name].strip()}" for name in ("NoNewPrivs", "Seccomp")} | {"no root" if
        "0" not in lines["Uid"].split() + lines["Gid"].split() + lines["Groups"].split() else "root"}
paths = glob.glob("/proc/[0-9]*/status")
say("all processes", sorted(set().union(*map(of, paths))))
say("control: processes", f"worked {len(paths) > 1}")
"""

RISE = """
import subprocess
for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.setresuid(0, 0, 0),
            lambda: os.setreuid(0, 0), lambda: os.setresgid(0, 0, 0), lambda: os.seteuid(0)):
    step("become", act)
def prctl(*arguments):
    ctypes.set_errno(0)
    if libc.prctl(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "")
step("ambient right", prctl, 47, 2, 21, 0, 0)
step("securebits", prctl, 28, 1, 0, 0, 0)
step("new rights again", lambda: prctl(38, 0, 0, 0, 0))
data = open("/bin/true", "rb").read()
with open("/workspace/tool", "wb") as file:
    file.write(data)
everything = bytes.fromhex("01000002ffffffff") + bytes(12)
step("file capability", os.setxattr, "/workspace/tool", "security.capability", everything)
step("give away", os.chown, "/workspace/tool", 0, 0)
os.chmod("/workspace/tool", 0o6755)
say("control: runs", f"worked {subprocess.run(['/workspace/tool']).returncode == 0}")
os.unlink("/workspace/tool")
mine, ids = {os.getuid(), os.getgid()}, []
command = "find /usr/bin /usr/sbin /usr/lib*/* -maxdepth 1 -perm /6000 2>/dev/null"
found = subprocess.run(command, shell=True, capture_output=True, text=True)
for path in found.stdout.split():
    try:
        one = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        continue  # not even that
    time.sleep(0.02)
    status = dict(line.split(":", 1) for line in open(f"/proc/{one.pid}/status").read().splitlines())
    ids += map(int, status["Uid"].split() + status["Gid"].split())
    one.kill()
    one.communicate()
say("by files of root's", sorted(set(ids) - mine))
"""

DEVICES = """
import stat
names = [line.split()[3] for line in open("/proc/partitions").read().splitlines()[2:]]
names += ["mem", "kmem", "port", "kmsg", "kvm", "fuse", "loop-control", "loop0", "sda", "vda", "nvme0n1", "rtc0",
          "mapper/control", "net/tun", "vhost-net", "vhost-vsock", "vsock", "userfaultfd", "uinput", "hpet", "nvram",
          "snapshot", "autofs", "btrfs-control", "cuse", "tty0", "console", "dri/card0", "snd/seq", "watchdog"]
for name in names:
    step("open", os.open, "/dev/" + name, os.O_RDONLY | os.O_NONBLOCK)
there = set()
for place, folders, files in os.walk("/dev"):
    for name in files:
        status = os.lstat(os.path.join(place, name))
        if stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode):
            there.add(name if place != "/dev/pts" else "a terminal")
say("there are", sorted(there))
step("control: null", os.open, "/dev/null", os.O_RDWR)
"""

CRASH = """
import resource
say("limit", resource.getrlimit(resource.RLIMIT_CORE))
old, new = (160, 302) if X86 else (164, 261)
for amount in (0, 2):
    words = (ctypes.c_uint64 * 2)(amount, amount)
    step("change", call, old, resource.RLIMIT_CORE, words)
    step("change", call, new, 0, resource.RLIMIT_CORE, words, 0)
    step("change", call, new, os.getpid(), resource.RLIMIT_CORE, words, 0)
    step("change", call, new, 0, (1 << 32) | resource.RLIMIT_CORE, words, 0)
same = (ctypes.c_uint64 * 2)(*resource.getrlimit(resource.RLIMIT_NOFILE))
step("control: another limit", call, old, resource.RLIMIT_NOFILE, same)
step("control: by the new call", call, new, 0, resource.RLIMIT_NOFILE, same, 0)
def crash():
    if os.fork() == 0:
        os.chdir("/tmp")
        os.abort()
    return os.wait()[1]
status = crash()
say("core", "written" if status & 0x80 or [name for name in os.listdir("/tmp") if "core" in name] else "none")
"""

ATTACKS = (
    Attack(
        "settings",
        "Writes every setting of the kernel's that there is; one of them names a program that root runs.",
        SETTINGS,
        each("write", ABSENT) | each("writable", r"\[\]") | each("control: writable", "worked"),
        shared,
        seconds=60,
    ),
    Attack(
        "control groups",
        "Lifts its limits, or has a program run when a group is left.",
        GROUPS,
        each("make a group; write a group", ABSENT) | each("control: groups", WORKED),
        shared,
    ),
    Attack(
        "insides of other processes",
        "Reads and writes what the kernel shows of the first process and of our own.",
        PROCESSES,
        each("look; change; through", ABSENT) | each("control: own child", WORKED),
        shared,
    ),
    Attack(
        "rights",
        "Looks for any process with a right, without a filter, or with root's number.",
        RIGHTS,
        each("all processes", r"\['NoNewPrivs 1', 'Seccomp 2', 'no root'\]")
        | each("control: processes", "worked True"),
        shared,
    ),
    Attack(
        "become root",
        "Takes other users, gives a file rights, and starts every program that would run as root.",
        RISE,
        each("become; ambient right; securebits; file capability; give away", "refused (EPERM|EINVAL)")
        | each("new rights again", "refused EINVAL")
        | each("by files of root's", r"\[\]")
        | each("control: runs", "worked True"),
        shared,
        seconds=60,
    ),
    Attack(
        "devices",
        "Opens disks, memory, and everything else that a machine may have.",
        DEVICES,
        each("open", ABSENT)
        | each("there are", r"\['a terminal', 'full', 'null', 'random', 'tty', 'urandom', 'zero'\]")
        | each("control: null", WORKED),
        shared,
    ),
    Attack(
        "a crash",
        "Dies in a way that the kernel hands to the host's own program for crashes, which root runs.",
        CRASH,
        each("limit", r"\(1, 1\)")
        | each("change", DENIED)
        | each("core", "none")
        | each("control: another limit; control: by the new call", WORKED),
        shared,
    ),
)
