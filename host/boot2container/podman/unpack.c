// unpack PACKED OUTPUT: unpacks a program that zstd has packed, whose packed form then goes. Where that has gone already there
// is nothing to do, and who comes while another one is at it waits for that.
//
// Nothing else in the initramfs can: busybox does not know zstd. Of libzstd only the decoder is linked in; the C library is
// that of the other programs. Compiled without its headers, which the compilers have not for every processor.

typedef unsigned long size_t;

int open(const char *path, int flags, ...);
long lseek(int fd, long offset, int whence);
int fallocate(int fd, int mode, long offset, long length);
int ftruncate(int fd, long length);
void *mmap(void *at, size_t length, int protection, int flags, int fd, long offset);
int munmap(void *at, size_t length);
int close(int fd);
int flock(int fd, int operation);
int rename(const char *from, const char *to);
int unlink(const char *path);
long write(int fd, const void *bytes, size_t length);
size_t strlen(const char *text);
char *strerror(int number);
int *__errno_location(void);
_Noreturn void _exit(int code);

unsigned long long ZSTD_getFrameContentSize(const void *from, size_t length);
size_t ZSTD_decompress(void *to, size_t capacity, const void *from, size_t length);
unsigned ZSTD_isError(size_t code);
const char *ZSTD_getErrorName(size_t code);

// Source: Linux, include/uapi/asm-generic
enum { READ_ONLY = 0, READ_WRITE = 2, CREATE = 0100, TRUNCATE = 01000, END = 2 };
enum { READABLE = 1, WRITABLE = 2, SHARED = 1 };
enum { ENOENT = 2, EOPNOTSUPP = 95 };
enum { LOCK_EX = 2 };
enum { LONGEST_PATH = 256 };

static void say(const char *text) {
  write(2, text, strlen(text));
}

static _Noreturn void fail(const char *path, const char *why) {
  say("unpack: ");
  say(path);
  say(": ");
  say(why);
  say("\n");
  _exit(1);
}

static const char *reason(void) {
  return strerror(*__errno_location());
}

static void *map(const char *path, int fd, size_t length, int protection) {
  void *at = mmap(0, length, protection, SHARED, fd, 0);
  if (at == (void *)-1) fail(path, reason());
  return at;
}

// Memory is asked for before it is written to: to find it full then would be a signal, not an error. A root file system of
// the kind that the kernel takes when "root=" is given cannot be asked.
static void reserve(const char *path, int fd, long length) {
  if (fallocate(fd, 0, 0, length) == 0) return;
  if (*__errno_location() != EOPNOTSUPP || ftruncate(fd, length) != 0) fail(path, reason());
}

static void decompress(const char *packed, int from, const char *output) {
  long length = lseek(from, 0, END);
  if (length <= 0) fail(packed, length == 0 ? "empty" : reason());
  const void *bytes = map(packed, from, length, READABLE);

  // A size that is not known and a head that makes no sense are the two largest numbers.
  unsigned long long size = ZSTD_getFrameContentSize(bytes, length);
  if (size == 0 || size > 1ul << 40) fail(packed, "no file of zstd that says its size");
  int to = open(output, READ_WRITE | CREATE | TRUNCATE, 0755);
  if (to < 0) fail(output, reason());
  reserve(output, to, size);
  void *unpacked = map(output, to, size, READABLE | WRITABLE);
  size_t written = ZSTD_decompress(unpacked, size, bytes, length);
  if (ZSTD_isError(written)) fail(packed, ZSTD_getErrorName(written));
  if (written != size) fail(packed, "shorter than it says");
  // Nobody can start what somebody may still write to, and the next one calls it as soon as it has its name.
  if (munmap(unpacked, size) != 0 || close(to) != 0) fail(output, reason());
}

static void unpack(const char *packed, const char *output) {
  char partial[LONGEST_PATH] = {0};
  size_t length = strlen(output);
  if (length + sizeof ".new" > LONGEST_PATH) fail(output, "too long");
  for (size_t i = 0; i < length; i++) partial[i] = output[i];
  for (size_t i = 0; i < sizeof ".new"; i++) partial[length + i] = ".new"[i];

  int from = open(packed, READ_ONLY);
  if (from >= 0 && flock(from, LOCK_EX) != 0) fail(packed, reason());
  // Another one may have ended just before.
  if (from >= 0) from = open(packed, READ_ONLY);
  if (from < 0 && *__errno_location() == ENOENT) return;
  if (from < 0) fail(packed, reason());
  decompress(packed, from, partial);
  if (rename(partial, output) != 0) fail(output, reason());
  if (unlink(packed) != 0) fail(packed, reason());
}

// The loader has made the C library ready. On the stack is the number of arguments, and then they are.
void begin(long *stack) {
  char **arguments = (char **)(stack + 1);
  if (stack[0] != 3) fail("usage", "unpack PACKED OUTPUT");
  unpack(arguments[1], arguments[2]);
  _exit(0);
}

#if defined(__x86_64__)
__asm__(".global _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
#elif defined(__aarch64__)
__asm__(".global _start\n_start: mov x29, #0\n mov x0, sp\n bl begin\n");
#endif
