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
    clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
    execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2
    fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstatfs fsync
    ftruncate futex futex_waitv futimesat getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups
    getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit
    get_robust_list getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
    io_pgetevents io_setup io_submit ioctl ioprio_get ioprio_set kill lchown lgetxattr link linkat listen
    listxattr llistxattr lremovexattr lseek lsetxattr lstat madvise membarrier memfd_create mincore mkdir
    mkdirat mknod mknodat mlock mlock2 mlockall mmap mprotect mq_getsetattr mq_notify mq_open mq_timedreceive
    mq_timedsend mq_unlink mremap msgctl msgget msgrcv msgsnd msync munlock munlockall munmap nanosleep
    newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free
    pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6 pwrite64 pwritev pwritev2 read
    readahead readlink readlinkat readv recvfrom recvmmsg recvmsg removexattr rename renameat renameat2
    restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
    rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_getaffinity sched_getattr sched_getparam
    sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_setaffinity
    sched_setattr sched_setparam sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop
    sendfile sendmmsg sendmsg sendto set_robust_list set_tid_address setfsgid setfsuid setgid setgroups
    setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt setuid
    setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 socketpair splice stat statfs
    statx symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete
    timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill
    truncate umask uname unlink unlinkat utime utimensat utimes vfork vmsplice wait4 waitid write writev
""".split()  # noqa: SIM905 - three hundred quotes and commas more are harder to read

#: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (`socket.if_nameindex` needs the last one).
FAMILIES = (1, 2, 10, 16)

#: CLONE_NEW*: the flags with which `clone` makes namespaces.
NAMESPACES = 0x7E020000

#: PER_LINUX and "tell me which": what an ordinary program asks `personality` for.
PERSONALITIES = (0, 0xFFFFFFFF)

ENOSYS = 38

Rule = dict[str, object]


@cache
def seccomp_profile() -> str:
    """The profile as JSON, for `security_opt=["seccomp=..."]`."""
    rules = [
        _allow(ALLOWED),
        *(_allow(["socket"], _equals(family)) for family in FAMILIES),
        *(_allow(["personality"], _equals(persona)) for persona in PERSONALITIES),
        _allow(["clone"], {"index": 0, "value": NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}),
        # Its flags lie in memory, where seccomp can't look; "not implemented" makes libc take `clone`.
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS},
    ]
    # No subArchitectures: the 32-bit entries (`socketcall`) would lead around the rules above.
    native: list[Rule] = [
        {"architecture": name, "subArchitectures": []} for name in ("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64")
    ]
    return json.dumps({"defaultAction": "SCMP_ACT_ERRNO", "archMap": native, "syscalls": rules})


def _allow(names: Sequence[str], argument: Mapping[str, object] | None = None) -> Rule:
    return {"names": list(names), "action": "SCMP_ACT_ALLOW", "args": [argument] if argument else []}


def _equals(value: int) -> dict[str, object]:
    return {"index": 0, "value": value, "op": "SCMP_CMP_EQ"}
