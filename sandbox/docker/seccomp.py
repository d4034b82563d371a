"""The seccomp profile: which system calls code in a room may make.

An allow-list of our own, because what an engine's default allows depends on the engine's age: before 23 it
lets `AF_VSOCK` sockets through, which no network namespace holds (https://github.com/moby/moby/pull/44562),
before 25 io_uring (https://github.com/moby/moby/pull/46762). Format: https://docs.docker.com/engine/security/seccomp/.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache

#: What Python, pytest, threads, multiprocessing, asyncio, subprocesses and localhost sockets need.
ALLOWED = """
    accept accept4 access alarm arch_prctl bind brk capget chdir chmod chown clock_getres clock_gettime
    clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1
    epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group faccessat
    faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr
    flistxattr flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_waitv futimesat getcpu
    getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid
    getpriority getrandom getresgid getresuid getrlimit get_robust_list getrusage getsid getsockname getsockopt
    gettid gettimeofday getuid getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl
    ioprio_get ioprio_set kill lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr
    lstat madvise membarrier memfd_create mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap mprotect
    mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap msgctl msgget msgrcv msgsnd msync
    munlock munlockall munmap nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2
    pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 pselect6 pwrite64 pwritev pwritev2
    read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg removexattr rename renameat renameat2
    restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_tgsigqueueinfo sched_getaffinity sched_getattr sched_getparam sched_get_priority_max
    sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg sendmsg sendto
    set_robust_list set_tid_address setfsgid setfsuid setgid setgroups setitimer setpgid setpriority setregid
    setresgid setresuid setreuid setsid setsockopt setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack
    signalfd signalfd4 socketpair splice stat statfs statx symlink symlinkat sync_file_range sysinfo tee tgkill time
    timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime
    timerfd_settime times tkill truncate umask uname unlink unlinkat utime utimensat utimes vfork vmsplice wait4
    waitid write writev
""".split()  # noqa: SIM905 - three hundred quotes and commas more are harder to read

#: Sockets by family (AF_UNIX, AF_INET, AF_INET6, AF_NETLINK) with their protocols: what a machine without a network
#: still needs. Of the last family `socket.if_nameindex` needs the first one. Others make the kernel load modules.
SOCKETS: Mapping[int, Sequence[int]] = {1: (0, 1), 2: (0, 6, 17), 10: (0, 6, 17), 16: (0,)}

#: Limits that a process may change: all but RLIMIT_CORE. That is 1, with which the kernel hands no dying process to
#: the host's own program for them, as it does even with 0: https://man7.org/linux/man-pages/man5/core.5.html
RESOURCES = tuple(number for number in range(16) if number != 4)

#: Calls that do nothing and say that they did: they would write out the whole host's disks, and a room has none.
IDLE = ("sync", "syncfs")

#: CLONE_NEW*: the flags with which `clone` makes namespaces.
NAMESPACES = 0x7E020000

#: Calls that are allowed with some arguments only: by name, alternatives of values by their position, in all 64 bits.
BY_ARGUMENTS: Mapping[str, Sequence[Mapping[int, int]]] = {
    "socket": [{0: family, 2: protocol} for family, protocols in SOCKETS.items() for protocol in protocols],
    # PER_LINUX and "tell me which": what an ordinary program asks for.
    "personality": [{0: 0}, {0: 0xFFFFFFFF}],
    "setrlimit": [{0: resource} for resource in RESOURCES],
    # Of the process itself: our agent has the same user as the code. The last one only asks.
    "prlimit64": [*({0: 0, 1: resource} for resource in RESOURCES), {0: 0, 2: 0}],
}

ENOSYS = 38

Rule = dict[str, object]


@cache
def seccomp_profile() -> str:
    """The profile as JSON, for `security_opt=["seccomp=..."]`."""
    rules = [
        _allow(ALLOWED),
        *(
            _allow([name], *(_equals(index, value) for index, value in wanted.items()))
            for name, alternatives in BY_ARGUMENTS.items()
            for wanted in alternatives
        ),
        _allow(["clone"], {"index": 0, "value": NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}),
        # Its flags lie in memory, where seccomp can't look; "not implemented" makes libc take `clone`.
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS},
        {"names": list(IDLE), "action": "SCMP_ACT_ERRNO", "errnoRet": 0},
    ]
    # No subArchitectures: the 32-bit entries (`socketcall`) would lead around the rules above.
    native: list[Rule] = [
        {"architecture": name, "subArchitectures": []} for name in ("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64")
    ]
    return json.dumps({"defaultAction": "SCMP_ACT_ERRNO", "archMap": native, "syscalls": rules})


def _allow(names: Sequence[str], *arguments: Mapping[str, object]) -> Rule:
    """Allow these calls when all of the conditions hold, each for another argument."""
    return {"names": list(names), "action": "SCMP_ACT_ALLOW", "args": list(arguments)}


def _equals(index: int, value: int) -> dict[str, object]:
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}
