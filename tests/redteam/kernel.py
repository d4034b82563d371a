"""The kernel: system calls that lead out of a room, or that change the machine below it."""

from tests.redteam.arena import shared
from tests.redteam.attack import WORKED, Attack, each
from tests.redteam.steps import ABSENT, DENIED

#: Numbers for x86_64 and for everybody else; from 424 on they are the same.
NUMBERS = """
N = {name: int(numbers.split("/")[0 if X86 else -1]) for name, _, numbers in (word.partition(":") for word in '''
    ptrace:101/117 setns:308/268 unshare:272/97 clone:56/220 clone3:435 mount:165/40 umount2:166/39 pivot_root:155/41
    chroot:161/51 mount_setattr:442 fsopen:430 fsconfig:431 fsmount:432 fspick:433 move_mount:429 open_tree:428
    add_key:248/217 request_key:249/218 keyctl:250/219 bpf:321/280 perf_event_open:298/241 userfaultfd:323/282
    io_uring_setup:425 io_uring_enter:426 io_uring_register:427 process_vm_readv:310/270 process_vm_writev:311/271
    kcmp:312/272 pidfd_getfd:438 process_madvise:440 open_by_handle_at:304/265 name_to_handle_at:303/264
    fanotify_init:300/262 kexec_load:246/104 kexec_file_load:320/294 init_module:175/105 finit_module:313/273
    delete_module:176/106 personality:135/92 memfd_secret:447 syslog:103/116 acct:163/89 swapon:167/224
    swapoff:168/225 reboot:169/142 sethostname:170/161 setdomainname:171/162 settimeofday:164/170
    clock_settime:227/112 clock_adjtime:305/266 adjtimex:159/171 quotactl:179/60 vhangup:153/58
    move_pages:279/239 mbind:237/235 set_mempolicy:238/237 migrate_pages:256/238 lookup_dcookie:212/18
    io_setup:206/0 io_submit:209/2 syncfs:306/267 prlimit64:302/261 getpid:39/172 landlock_create_ruleset:444
'''.split())}
step("control: call by number", lambda: call(N["getpid"]) == os.getpid())
"""
#: Whatever it says, the call is known and nobody refused it: a wrong argument, or a success.
REACHED = "worked.*|refused E(?!PERM|NOSYS|ACCES).*"
CONTROL = each("control: call by number", "worked True")

NAMESPACES = """
FLAGS = dict(user=0x10000000, mount=0x20000, pid=0x20000000, net=0x40000000, ipc=0x8000000, uts=0x4000000,
             cgroup=0x2000000, time=0x80)
def born(flags, number):
    if number == N["clone3"]:
        words = (ctypes.c_uint64 * 11)(flags, 0, 0, 0, 17)
        pid = call(number, words, ctypes.sizeof(words))
    else:
        pid = call(number, flags | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)[1]
for name, flag in FLAGS.items():
    step(f"unshare {name}", in_child, call, N["unshare"], flag)
    if name != "time":
        step(f"clone {name}", born, flag, N["clone"])
    step(f"clone3 {name}", born, flag, N["clone3"])
step("clone all", born, sum(FLAGS.values()) - 0x80, N["clone"])
for name in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
    step(f"setns {name}", lambda: in_child(call, N["setns"], os.open(f"/proc/self/ns/{name}", os.O_RDONLY), 0))
step("setns by pidfd", lambda: in_child(call, N["setns"], os.pidfd_open(os.getpid()), 0x20000))
step("root's by /proc", os.open, "/proc/1/ns/mnt", os.O_RDONLY)
step("user map", lambda: open("/proc/self/uid_map", "w").write("0 0 1"))
step("control: clone", born, 0, N["clone"])
"""
MOUNTS = """
step("mount tmpfs", call, N["mount"], b"x", b"/tmp", b"tmpfs", 0, 0)
step("remount root", call, N["mount"], 0, b"/", 0, 0x20, 0)
step("bind proc", call, N["mount"], b"/proc", b"/tmp", 0, 0x1000, 0)
step("mount cgroup", call, N["mount"], b"x", b"/tmp", b"cgroup", 0, b"memory")
step("unmount", call, N["umount2"], b"/proc/sys", 2)
step("pivot_root", call, N["pivot_root"], b"/tmp", b"/tmp")
step("chroot", in_child, os.chroot, "/tmp")
step("fsopen", call, N["fsopen"], b"tmpfs", 0)
step("fsconfig", call, N["fsconfig"], 3, 0, 0, 0, 0)
step("fsmount", call, N["fsmount"], 3, 0, 0)
step("fspick", call, N["fspick"], -100, b"/", 0)
step("open_tree", call, N["open_tree"], -100, b"/", 1)
step("move_mount", call, N["move_mount"], -100, b"/proc", -100, b"/tmp", 0)
step("mount_setattr", call, N["mount_setattr"], -100, b"/", 0, bytes(32), 32)
step("block device", os.mknod, "/tmp/disk", 0o60666, os.makedev(254, 0))
step("character device", os.mknod, "/tmp/memory", 0o20666, os.makedev(1, 1))
step("control: fifo", os.mkfifo, "/tmp/fifo")
os.unlink("/tmp/fifo")
"""
OTHERS = """
pid = os.fork()
if pid == 0:
    signal.pause()
    os._exit(0)
peek = ctypes.create_string_buffer(64)
place = (ctypes.c_uint64 * 2)(ctypes.addressof(peek), 64)
step("ptrace me", in_child, call, N["ptrace"], 0, 0, 0, 0)
step("ptrace attach", call, N["ptrace"], 16, pid, 0, 0)
step("ptrace seize", call, N["ptrace"], 0x4206, pid, 0, 0)
step("read memory", call, N["process_vm_readv"], pid, place, 1, place, 1, 0)
step("write memory", call, N["process_vm_writev"], pid, place, 1, place, 1, 0)
step("take a descriptor", lambda: call(N["pidfd_getfd"], os.pidfd_open(pid), 0, 0))
step("advise", lambda: call(N["process_madvise"], os.pidfd_open(pid), place, 1, 4, 0))
step("compare", call, N["kcmp"], pid, os.getpid(), 0, 0, 0)
if not OUTSIDE:
    step("our program's limits", call, N["prlimit64"], os.getppid(), 7, (ctypes.c_uint64 * 2)(3, 3), 0)
step("control: own limits", call, N["prlimit64"], 0, 7, 0, (ctypes.c_uint64 * 2)())
step("control: signal", os.kill, pid, 9)
os.waitpid(pid, 0)
"""
MACHINERY = """
step("bpf map", call, N["bpf"], 0, bytes(120), 120)
step("bpf program", call, N["bpf"], 5, bytes(120), 120)
step("perf", call, N["perf_event_open"], bytes([0, 0, 0, 0, 112]) + bytes(107), 0, -1, -1, 0)
step("userfaultfd", call, N["userfaultfd"], 0)
step("userfaultfd by device", os.open, "/dev/userfaultfd", os.O_RDWR)
step("io_uring", call, N["io_uring_setup"], 8, ctypes.create_string_buffer(120))
step("io_uring enter", call, N["io_uring_enter"], 0, 0, 0, 0, 0)
step("io_uring register", call, N["io_uring_register"], 0, 0, 0, 0)
step("old asynchronous io", call, N["io_setup"], 8, (ctypes.c_uint64 * 1)())
if not OUTSIDE:
    step("add_key", call, N["add_key"], b"user", b"x", b"y", 1, -3)
step("request_key", call, N["request_key"], b"user", b"x", 0, 0)
step("keyctl", call, N["keyctl"], 0, -3, 0)
step("secret memory", call, N["memfd_secret"], 0)
step("handle of a file", call, N["name_to_handle_at"], -100, b"/", bytes(136), (ctypes.c_int * 1)(), 0)
step("file by handle", call, N["open_by_handle_at"], -100, bytes([8, 0, 0, 0, 1, 0, 0, 0, 2]) + bytes(7), 0)
step("watch a file system", call, N["fanotify_init"], 0, 0)
step("pages of others", call, N["move_pages"], 0, 0, 0, 0, 0, 0)
step("memory policy", call, N["set_mempolicy"], 0, 0, 0)
step("no random addresses", call, N["personality"], 0x0040000)
step("control: personality", call, N["personality"], 0xFFFFFFFF)
"""
MACHINE = """
step("module", call, N["init_module"], bytes(64), 64, b"")
step("module from a file", call, N["finit_module"], 0, b"", 0)
step("remove a module", call, N["delete_module"], b"loop", 0)
step("kexec", call, N["kexec_load"], 0, 0, 0, 0)
step("kexec from a file", call, N["kexec_file_load"], 0, 0, 0, b"", 0)
step("reboot", call, N["reboot"], 0xFEE1DEAD, 672274793, 0, 0)
step("kernel log", call, N["syslog"], 3, ctypes.create_string_buffer(64), 64)
step("accounting", call, N["acct"], b"/tmp/x")
step("swap on", call, N["swapon"], b"/tmp/x", 0)
step("swap off", call, N["swapoff"], b"/tmp/x")
step("host name", call, N["sethostname"], b"mine", 4)
step("domain name", call, N["setdomainname"], b"mine", 4)
step("set time", call, N["settimeofday"], (ctypes.c_int64 * 2)(1, 1), 0)
step("set clock", call, N["clock_settime"], 0, (ctypes.c_int64 * 2)(1, 1))
step("tune clock", call, N["clock_adjtime"], 0, ctypes.create_string_buffer(256))
step("tune time", call, N["adjtimex"], ctypes.create_string_buffer(256))
step("quota", call, N["quotactl"], 0x80000100, 0, 0, 0)
step("hang up", call, N["vhangup"])
say("flush every disk", "worked on nothing" if call(N["syncfs"], -1) == 0 else "?")
step("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
step("before others", os.setpriority, os.PRIO_PROCESS, 0, -5)
step("first at the disk", call, 251 if X86 else 30, 1, 0, (1 << 13) | 0)
"""
ATTACKS = (
    Attack(
        "namespaces",
        "Makes and enters namespaces of every kind, by every call that can.",
        NUMBERS + NAMESPACES,
        each("unshare user; unshare mount; unshare pid; unshare net; unshare ipc; unshare uts; unshare cgroup", DENIED)
        | each("clone user; clone mount; clone pid; clone net; clone ipc; clone uts; clone cgroup; clone all", DENIED)
        | each(
            "clone3 user; clone3 mount; clone3 pid; clone3 net; clone3 ipc; clone3 uts; clone3 cgroup", "refused ENOSYS"
        )
        | each("setns user; setns mnt; setns pid; setns net; setns ipc; setns uts; setns cgroup", DENIED)
        | each("unshare time; clone3 time; setns by pidfd; root's by /proc; user map", DENIED)
        | each("control: clone", WORKED)
        | CONTROL,
        shared,
        outside=each("unshare user; unshare net; clone net; clone3 uts", WORKED),
    ),
    Attack(
        "mounts",
        "Mounts, unmounts and makes devices, by the old calls and the new ones.",
        NUMBERS + MOUNTS,
        each(
            "mount tmpfs; remount root; bind proc; mount cgroup; unmount; pivot_root; chroot; fsopen; fsconfig", DENIED
        )
        | each("fsmount; fspick; open_tree; move_mount; mount_setattr; block device; character device", DENIED)
        | each("control: fifo", WORKED)
        | CONTROL,
        shared,
    ),
    Attack(
        "other processes",
        "Traces, reads and limits other processes.",
        NUMBERS + OTHERS,
        each("ptrace me; ptrace attach; ptrace seize; read memory; write memory; take a descriptor; advise", DENIED)
        | each("compare; our program's limits", DENIED)
        | each("control: own limits; control: signal", WORKED)
        | CONTROL,
        shared,
        outside=each("ptrace me; read memory; take a descriptor", WORKED),
    ),
    Attack(
        "machinery",
        "Calls what escapes are made of: bpf, io_uring, keys, handles of files, page faults in user space.",
        NUMBERS + MACHINERY,
        each("bpf map; bpf program; perf; userfaultfd; io_uring; io_uring enter; io_uring register", DENIED)
        | each("userfaultfd by device", ABSENT)
        | each("old asynchronous io; add_key; request_key; keyctl; secret memory; handle of a file", DENIED)
        | each("file by handle; watch a file system; pages of others; memory policy; no random addresses", DENIED)
        | each("control: personality", WORKED)
        | CONTROL,
        shared,
        outside=each("old asynchronous io; no random addresses; memory policy", WORKED)
        | each("io_uring enter; bpf map; handle of a file; watch a file system", REACHED),
    ),
    Attack(
        "the machine",
        "Loads kernel code, restarts, sets clocks and names, reads the log, takes precedence.",
        NUMBERS + MACHINE,
        each("module; module from a file; remove a module; kexec; kexec from a file; reboot; kernel log", DENIED)
        | each("accounting; swap on; swap off; host name; domain name; set time; set clock; tune clock", DENIED)
        | each("tune time; quota; hang up; real time; before others; first at the disk", DENIED)
        | each("flush every disk", "worked on nothing")
        | CONTROL,
        shared,
    ),
)
