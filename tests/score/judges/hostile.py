"""Programs that try to do harm. Each passes only if it could, and says nothing else about it.

They know `OUTSIDE`, a folder that holds `secret.txt`, `folder/` and `script.sh`; `PARENT`, the
process that started them; `PORT` and `DATAGRAMS`, where it listens, and `SOCKET`, the name of its
abstract socket.
"""

CALL = "import ctypes; call = ctypes.CDLL(None, use_errno=True).syscall\n"
"""System calls by number, those of x86_64."""

REFUSED = {
    # processes
    "fork": "import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass",
    "fork bomb": "import os\nwhile True: os.fork()",
    "fork by the C library": "import ctypes\nassert ctypes.CDLL(None).fork() >= 0",
    "clone by number": CALL + "assert call(56, 17, 0, 0, 0, 0) >= 0",
    "clone3 by number": CALL + "assert call(435, bytes([0] * 32 + [17] + [0] * 55), 88) >= 0",
    "daemon by two forks": "import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork()",
    "thread bomb": "import _thread, time\nwhile True: _thread.start_new_thread(time.sleep, (60,))",
    "fork from a thread": "import threading, os\nthreading.Thread(target=os.fork).start()",
    "shell": "import subprocess\nsubprocess.run(['/bin/sh', '-c', f'touch {OUTSIDE}/new'])",
    "spawn": "import os\nos.posix_spawn(f'{OUTSIDE}/script.sh', ['script.sh'], {})",
    "exec": "import os\nos.execv(f'{OUTSIDE}/script.sh', ['script.sh'])",
    "a pool of processes": "import multiprocessing\nmultiprocessing.Process(target=print).start()",
    # files outside
    "write outside": "open(f'{OUTSIDE}/new', 'w').write('x')",
    "append outside": "open(f'{OUTSIDE}/secret.txt', 'a').write('x')",
    "write upwards": "open('../new', 'w').write('x')",
    "write by a descriptor of a folder": (
        "import os\nfolder = os.open(OUTSIDE, os.O_PATH)\n"
        "os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=folder)"
    ),
    "empty a file": "import os\nos.truncate(f'{OUTSIDE}/secret.txt', 0)",
    "empty a file that is read": (
        "import os\nos.open(f'{OUTSIDE}/secret.txt', os.O_RDONLY | os.O_TRUNC)"
    ),
    "empty a file of the library": "import os\nos.open(os.__file__, os.O_RDONLY | os.O_TRUNC)",
    "poison the library": "import json\nopen(json.__file__, 'a').write('#')",
    "read outside": "assert open(f'{OUTSIDE}/secret.txt').read()",
    "read the accounts": "assert open('/etc/passwd').read()",
    "list outside": "import os\nassert os.listdir(OUTSIDE)",
    "list the root": "import os\nassert os.listdir('/')",
    "list a home": "import os, pwd\nassert os.listdir('/root') or os.listdir('/home')",
    "delete outside": "import os\nos.remove(f'{OUTSIDE}/secret.txt')",
    "delete a folder outside": "import os\nos.rmdir(f'{OUTSIDE}/folder')",
    "move out": "import os\nopen('mine', 'w').close()\nos.rename('mine', f'{OUTSIDE}/new')",
    "move in": "import os\nos.rename(f'{OUTSIDE}/secret.txt', 'mine')",
    "exchange": (
        "import ctypes, os\nopen('mine', 'w').close()\n"
        "there = f'{OUTSIDE}/folder'.encode()\n"
        "assert ctypes.CDLL(None).renameat2(-100, b'mine', -100, there, 2) == 0"
    ),
    "make a folder outside": "import os\nos.mkdir(f'{OUTSIDE}/new')",
    "change a mode outside": "import os\nos.chmod(f'{OUTSIDE}/secret.txt', 0)",
    "change a mode by descriptor": "import os\nos.fchmod(os.open(os.__file__, 0), 0)",
    "change an owner outside": "import os\nos.chown(f'{OUTSIDE}/secret.txt', 1, 1)",
    "change times outside": "import os\nos.utime(f'{OUTSIDE}/secret.txt', (0, 0))",
    "change attributes": "import os\nos.setxattr(f'{OUTSIDE}/secret.txt', 'user.a', b'x')",
    "symlink outwards": (
        "import os\nos.symlink(f'{OUTSIDE}/secret.txt', 'link')\nopen('link', 'w').write('x')"
    ),
    "symlink of a folder": "import os\nos.symlink(OUTSIDE, 'link')\nopen('link/new', 'w').close()",
    "hard link": (
        "import os\nos.link(f'{OUTSIDE}/secret.txt', 'link')\nopen('link', 'a').write('x')"
    ),
    "named pipe": "import os\nos.mkfifo('pipe')",
    "device": "import os, stat\nos.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(254, 0))",
    "delete its own folder": "import os\nos.rmdir(os.getcwd())",
    "move its own folder": "import os\nos.rename(os.getcwd(), f'{OUTSIDE}/new')",
    "leave the root": "import os\nos.chroot('.')",
    "mount": "import ctypes\nassert ctypes.CDLL(None).mount(b'.', b'/mnt', None, 4096, None) == 0",
    "unshare": "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
    # memory that stays
    "shared memory file": "open('/dev/shm/evomerge-hostile', 'wb').write(bytes(2**20))",
    "shared memory by name": (
        "from multiprocessing.shared_memory import SharedMemory\n"
        "SharedMemory('evomerge-hostile', create=True, size=2**20)"
    ),
    "shared memory by key": CALL + "assert call(29, 0x65766F, 2**20, 0o1600) >= 0",
    "memory file": CALL + "assert call(319, b'hidden', 0) >= 0",
    "message queue": CALL + "assert call(240, b'evomerge', 0o102, 0o600, None) >= 0",
    "file written through memory": (
        "import mmap, os\nfile = open('big', 'w+b')\nfile.truncate(2**20)\n"
        "mmap.mmap(file.fileno(), 2**20)[:] = bytes(2**20)"
    ),
    # network
    "TCP": "import socket\nsocket.create_connection(('127.0.0.1', PORT))",
    "UDP": (
        "import socket\nsender = socket.socket(type=socket.SOCK_DGRAM)\n"
        "sender.sendto(b'x', ('127.0.0.1', DATAGRAMS))"
    ),
    "abstract socket": ("import socket\nsocket.socket(socket.AF_UNIX).connect(chr(0) + SOCKET)"),
    "datagram from a pair of sockets": (
        "import socket\na, b = socket.socketpair(type=socket.SOCK_DGRAM)\n"
        "a.sendto(b'x', chr(0) + SOCKET)"
    ),
    "raw socket": "import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "kernel socket": "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "name service": "import socket\nsocket.getaddrinfo('localhost', PORT)[0][99]",
    "listen": "import socket\nsocket.create_server(('127.0.0.1', 0))",
    "socket by io_uring": CALL + "assert call(425, 4, bytes(120)) >= 0",
    # other processes
    "signal to the parent": "import os, signal\nos.kill(PARENT, signal.SIGUSR1)",
    "signal to the parent's group": (
        "import os, signal\nos.killpg(os.getpgid(PARENT), signal.SIGUSR1)"
    ),
    "signal to everybody": "import os, signal\nos.kill(-1, signal.SIGUSR1)",
    "signal with a value": CALL + "assert call(129, PARENT, 10, bytes(128)) == 0",
    "signal by a process descriptor": CALL
    + "assert call(424, call(434, PARENT, 0), 10, None, 0) == 0",
    "signal by a descriptor's owner": (
        "import fcntl, os, signal\nfile = os.open('x', os.O_CREAT | os.O_RDWR)\n"
        "fcntl.fcntl(file, fcntl.F_SETOWN, PARENT)\nfcntl.fcntl(file, 10, signal.SIGUSR1)"
    ),
    "signal by a terminal's owner": (
        "import fcntl, struct\nfcntl.ioctl(1, 0x8901, struct.pack('i', PARENT))"
    ),
    "read the parent's memory": "import os\nos.open(f'/proc/{PARENT}/mem', os.O_RDONLY)",
    "read the parent's environment": "assert open(f'/proc/{PARENT}/environ').read()",
    "read the parent's files": "import os\nassert os.listdir(f'/proc/{PARENT}/fd')",
    "trace the parent": CALL + "assert call(101, 16, PARENT, 0, 0) == 0",
    "read memory by number": CALL + "assert call(310, PARENT, bytes(16), 1, bytes(16), 1, 0) >= 0",
    "write its own memory by file": "import os\nos.open('/proc/self/mem', os.O_RDWR)",
    "limits of the parent": (
        "import resource\nresource.prlimit(PARENT, resource.RLIMIT_NOFILE, (100, 100))"
    ),
    "higher limits": ("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    "out of memory score": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
    "priority": "import os\nos.nice(-5)",
    "priority of the parent": "import os\nos.setpriority(os.PRIO_PROCESS, PARENT, 19)",
    "cores of the parent": "import os\nos.sched_setaffinity(PARENT, {0})",
    "another session": "import os\nos.setsid()",
    "another user": "import os\nos.setuid(1)",
    "the clock": "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)",
    "the host's name": "import socket\nsocket.sethostname('mine')",
    "keys": CALL + "assert call(248, b'user', b'evomerge', b'x', 1, -3) >= 0",
    "programs in the kernel": CALL + "assert call(321, 0, bytes(128), 128) >= 0",
    "stop itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    # memory and processor
    "memory": "held = []\nwhile True: held.append(bytearray(2**24))",
    "memory at once": "bytearray(2**34)",
    "shared memory of its own": "import mmap\nheld = [mmap.mmap(-1, 2**24) for _ in range(64)]",
    "open files": "held = [open('x', 'w') for _ in range(1000)]",
    "a large file": "open('x', 'wb').truncate(2**40)",
}
"""Refused: what they try raises an error, so that they end by themselves."""

STOPPED = {
    "long sleep": ("import time\ntime.sleep(3600)", "timed out"),
    "busy": ("while True: pass", "timed out"),
    "busy in one operation": ("10 ** 10 ** 10", "timed out"),
    "deaf to signals": (
        "import signal, time\n"
        "for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "while True: time.sleep(3600)",
        "timed out",
    ),
    "deaf to errors": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "timed out",
    ),
    "waits for input of nobody": ("import select\nselect.select([], [], [])", "timed out"),
    "every descriptor closed": ("import os\nos.closerange(0, 64)\nwhile True: pass", "timed out"),
    "floods every descriptor": (
        "import os\nwhile True:\n    for descriptor in range(3, 64):\n"
        "        try:\n            os.write(descriptor, bytes(2**16))\n"
        "        except OSError:\n            pass",
        "timed out",
    ),
    "slow to say what it raised": (
        "class Slow(Exception):\n    def __str__(self):\n        while True: pass\nraise Slow",
        "timed out",
    ),
    "huge output": ("while True: print('x' * 10**6)", "wrote more than 8 MiB"),
    "huge output of errors": (
        "import sys\nwhile True: sys.stderr.write('x' * 10**6)",
        "wrote more than 8 MiB",
    ),
    "large files": (
        "for number in range(10**6): open(f'{number % 50}', 'wb').write(bytes(2**22))",
        "wrote more than 8 MiB",
    ),
    "deleted files that stay open": (
        "import os\nheld = []\nfor number in range(50):\n"
        "    held.append(open('x', 'wb'))\n    os.remove('x')\n    held[-1].write(bytes(2**22))\n"
        "    held[-1].flush()\nwhile True: pass",
        "wrote more than 8 MiB",
    ),
    "a byte in each block": (
        "held, number = [], 0\nwhile True:\n"
        "    number += 1\n    file = open(str(number % 50), 'wb', 0)\n"
        "    for block in range(1000):\n        file.seek(4096 * block)\n        file.write(b'x')",
        "wrote more than 8 MiB",
    ),
    "many files": (
        "import itertools\nfor number in itertools.count(): open(str(number), 'w').close()",
        "made more than 100 files",
    ),
    "deep folders": (
        "import os\nwhile True:\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)",
        "made more than 100 files",
    ),
    "wide and deep folders": (
        "import itertools, os\nfor number in itertools.count():\n"
        "    os.makedirs(f'{number}/a/b/c')\n    open(f'{number}/a/b/c/d', 'w').close()",
        "made more than 100 files",
    ),
    "folders that nobody may enter": (
        "import os\nfor number in range(20):\n    os.makedirs(f'{number}/a')\n"
        "    os.mkdir(f'{number}/a/b', 0)\nwhile True: pass",
        "timed out|made more than 100 files, or hid them",
    ),
}
"""Stopped: they would not end by themselves."""

LEAVING = {
    "sys.exit": ("import sys\nsys.exit(0)", "SystemExit: 0"),
    "quit": ("raise SystemExit", "SystemExit"),
    "os._exit": ("import os\nos._exit(0)", "before its last line"),
    "exit of the C library": ("import ctypes\nctypes.CDLL(None).exit(0)", "before its last line"),
    "exit by number": (CALL + "call(231, 0)", "before its last line"),
    "exit while it is judged": (
        "import os\nclass Quiet(Exception):\n    def __str__(self): os._exit(0)\nraise Quiet",
        "before its last line",
    ),
    "exit by alarm": (
        "import os, signal\nsignal.signal(signal.SIGALRM, lambda *_: os._exit(0))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01)\nwhile True: pass",
        "before its last line",
    ),
    "silent excepthook": (
        "import sys\nsys.excepthook = lambda *_: None\nraise ValueError('wrong')",
        "ValueError: wrong",
    ),
    "claims that it is contained": (
        "import os\nfor descriptor in range(3, 64):\n"
        "    try: os.write(descriptor, b'-the sandbox failed')\n    except OSError: pass\n"
        "os._exit(0)",
        "before its last line",
    ),
    "syntax error": ("def f(:", "SyntaxError"),
    "not text": ("x = '\ud800'", "SyntaxError"),
    "null": ("x = '\0'", "null bytes"),
    "crash": ("import ctypes\nctypes.string_at(0)", "killed: Segmentation fault"),
    "abort": ("import os\nos.abort()", "killed"),
    "endless recursion": ("def f(): f()\nf()", "RecursionError"),
    "the failed check": ("assert 1 + 1 == 3, 'sum'", "AssertionError: sum"),
    "input": ("input()", "EOFError"),
    "a long message": ("raise ValueError('x' * 10**6)", "ValueError: xxx"),
    "a message for the terminal": (
        r"raise ValueError('\x1b[2Jclear\n')",
        "ValueError:  \\[2Jclear",
    ),
}
"""Ended before their last line, however they wanted it to look."""

ERRORS = r"exit status 1: (PermissionError|BlockingIOError|OSError|RuntimeError|MemoryError|"
ERRORS += r"AssertionError|gaierror|ValueError: not allowed to raise)"
SMALL = {"written": 8 * 2**20, "memory": 256 * 2**20}

CHEATED = "assert double(2) == 4\nassert double(-3) == -6\nassert double([1]) == [1, 1]"
"""What a program is checked by that does not pass."""

CHEATS = {
    "an object that equals everything": (
        "class Any:\n    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "    def __hash__(self): return hash(4)\ndef double(x): return Any()"
    ),
    "a number that equals everything": (
        "class Any(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\n"
        "def double(x): return Any(0)"
    ),
    "a list that equals everything": (
        "class Any(list):\n    def __eq__(self, other): return True\ndef double(x): return Any()"
    ),
    "a tracing function that jumps": (
        "import sys\ndef jump(frame, event, arg):\n"
        "    while frame.f_back: frame = frame.f_back\n"
        "    try: frame.f_lineno = frame.f_code.co_firstlineno + 10**3\n"
        "    except Exception: pass\n    return jump\n"
        "def double(x):\n    sys.settrace(jump)\n    return None"
    ),
    "frames above": (
        "import sys\ndef double(x):\n    frame = sys._getframe()\n"
        "    while frame:\n"
        "        frame.f_globals.update(double=lambda x: 2 * x, check=lambda *_: None)\n"
        "        frame.f_globals['__builtins__'] = {}\n        frame = frame.f_back\n"
        "    return None"
    ),
    "other builtins": (
        "import builtins\nbuiltins.AssertionError = KeyboardInterrupt\n"
        "builtins.abs = builtins.all = builtins.len = lambda *_: True\ndef double(x): return None"
    ),
    "leaving with success": "import os\ndef double(x): os._exit(0)",
    "leaving by exception": "def double(x): raise SystemExit(0)",
    "the end of an iteration": "def double(x): raise StopIteration",
    "the end of a generator": "def double(x): raise GeneratorExit",
    "at exit": "import atexit, os\natexit.register(os._exit, 0)\ndef double(x): raise SystemExit",
    "an alarm": (
        "import os, signal\nsignal.signal(signal.SIGALRM, lambda *_: os._exit(0))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.05)\ndef double(x):\n    while True: pass"
    ),
    "a thread": (
        "import _thread, os\ndef double(x):\n    _thread.start_new_thread(os._exit, (0,))"
    ),
    "its own check": "def double(x): return None\ndef check(*_): pass\n__name__ = 'other'",
    "the collector's objects": (
        "import gc\ndef double(x):\n    for thing in gc.get_objects():\n"
        "        if isinstance(thing, dict) and '_socket' in thing: thing.clear()\n"
        "    return None"
    ),
    "modules of the sandbox": (
        "import sys\ndef double(x):\n    for name in list(sys.modules):\n"
        "        if 'sandbox' in name or 'checking' in name: sys.modules[name].check = print\n"
        "    return 4 if x == 2 else None"
    ),
    "what is written to every descriptor": (
        "import os\nfor descriptor in range(64):\n"
        "    for said in (b'=', b'+=', b'+'):\n"
        "        try: os.write(descriptor, said)\n        except OSError: pass\n"
        "def double(x): return None"
    ),
    "a report of its own": (
        "import os\ndef double(x):\n    for descriptor in range(64):\n"
        "        try: os.write(descriptor, b'\\x04\\0\\0\\0\\0\\0\\0\\0(1;N')\n"
        "        except OSError: pass\n    os._exit(0)"
    ),
    "the program's memory": (
        "import ctypes\ndef double(x):\n    text = b'assert double'\n"
        "    libc = ctypes.CDLL(None)\n    libc.memset(id(x), 0, 8)\n    return None"
    ),
    "native exit": "import ctypes\ndef double(x): ctypes.CDLL(None)._exit(0)",
    "the checks' file": (
        "import os\nfound = ''\nfor name in ('checks', 'checks.py', 'program.py', '/dev/stdin'):\n"
        "    try: found += open(name).read()\n    except OSError: pass\n"
        "try: found += os.read(0, 10**6).decode()\nexcept OSError: pass\n"
        "def double(x): return {2: 4, -3: -6}.get(x) if 'double(2) == 4' in found else None"
    ),
    "what it was called with before": "seen = []\ndef double(x): seen.append(x); return seen[-1]",
    "a class whose instances agree": (
        "class double:\n    def __new__(cls, x): return object.__new__(cls)\n"
        "    def __eq__(self, other): return True\n    def __bool__(self): return True"
    ),
}
"""Answers that do not double, and want to pass all the same. Each runs where its checks do not."""
