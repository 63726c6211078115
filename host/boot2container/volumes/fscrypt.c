// Gives, asks for and takes away the keys of encrypted folders (Linux fscrypt, version 2 policies).
//
//   fscrypt add-key FOLDER           32 to 64 bytes on standard input; prints the key's identifier, 32 hex digits
//   fscrypt set-policy FOLDER ID     the folder is empty; what is put into it from now on is encrypted
//   fscrypt get-policy FOLDER        prints the identifier
//   fscrypt remove-key FOLDER ID     prints "busy" when files are still open; FOLDER must not be encrypted with it itself
//
// Ends with the kernel's error number as exit code. ioctls are all it does, for QuickJS has none; without a library,
// so that one compiler call makes it for any architecture:
//
//   cc -Os -static -nostdlib -ffreestanding -fno-stack-protector -fno-builtin -o fscrypt fscrypt.c
//
// Source of the structures: Linux, Documentation/filesystems/fscrypt.rst.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

#if defined(__x86_64__)
enum { SYS_read = 0, SYS_write = 1, SYS_ioctl = 16, SYS_exit = 60, SYS_openat = 257 };
static const int O_DIRECTORY = 0200000;

static long call(long number, long a, long b, long c, long d) {
  register long r10 __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                   : "rcx", "r11", "memory");
  return result;
}

__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call start\n");
#elif defined(__aarch64__)
enum { SYS_ioctl = 29, SYS_openat = 56, SYS_read = 63, SYS_write = 64, SYS_exit = 93 };
static const int O_DIRECTORY = 040000;

static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}

__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl start\n");
#else
#error "Unknown architecture: add its system calls"
#endif

enum { AT_FDCWD = -100, O_CLOEXEC = 02000000 };
enum { EINVAL = 22, LEAST_KEY_BYTES = 32, MOST_KEY_BYTES = 64, ID_BYTES = 16 };

static const long ADD_KEY = 0xc0506617;
static const long REMOVE_KEY = 0xc0406618;
static const long SET_POLICY = 0x800c6613;
static const long GET_POLICY = 0xc0096616;

enum { KEY_BY_IDENTIFIER = 2, POLICY_V2 = 2, AES_256_XTS = 1, AES_256_CTS = 4, PAD_32 = 3 };

struct key_spec {
  u32 type;
  u32 reserved;
  u8 id[32];
};

struct add_key {
  struct key_spec spec;
  u32 raw_size;
  u32 key_id;
  u32 reserved[8];
  u8 raw[MOST_KEY_BYTES];
};

struct remove_key {
  struct key_spec spec;
  u32 status;
  u32 reserved[5];
};

struct policy {
  u8 version;
  u8 contents_mode;
  u8 names_mode;
  u8 flags;
  u8 reserved[4];
  u8 id[ID_BYTES];
};

struct get_policy {
  u64 size;
  struct policy policy;
};

static void finish(long code) {
  for (;;) call(SYS_exit, code < 0 ? -code : code, 0, 0, 0);
}

static long check(long result) {
  if (result < 0) finish(result);
  return result;
}

static int same(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

// A volatile target keeps the compiler from making this a call of memset().
static void wipe(void *data, u64 size) {
  volatile u8 *bytes = data;
  while (size-- > 0) *bytes++ = 0;
}

static void print_id(const u8 *id) {
  static const char digits[] = "0123456789abcdef";
  char text[2 * ID_BYTES + 1];
  for (int i = 0; i < ID_BYTES; i++) {
    text[2 * i] = digits[id[i] >> 4];
    text[2 * i + 1] = digits[id[i] & 15];
  }
  text[2 * ID_BYTES] = '\n';
  check(call(SYS_write, 1, (long)text, sizeof text, 0));
}

static u8 digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c < 'a' || c > 'f') finish(EINVAL);
  return c - 'a' + 10;
}

static void parse_id(const char *text, u8 *id) {
  for (int i = 0; i < ID_BYTES; i++) {
    u8 high = digit(text[2 * i]);
    id[i] = high << 4 | digit(text[2 * i + 1]);
  }
  if (text[2 * ID_BYTES] != 0) finish(EINVAL);
}

static void add_key(long folder) {
  struct add_key arg;
  wipe(&arg, sizeof arg);
  arg.spec.type = KEY_BY_IDENTIFIER;
  long count = 1;
  while (arg.raw_size < MOST_KEY_BYTES && count > 0) {
    count = check(call(SYS_read, 0, (long)(arg.raw + arg.raw_size), MOST_KEY_BYTES - arg.raw_size, 0));
    arg.raw_size += count;
  }
  if (arg.raw_size < LEAST_KEY_BYTES) finish(EINVAL);
  long result = call(SYS_ioctl, folder, ADD_KEY, (long)&arg, 0);
  wipe(arg.raw, MOST_KEY_BYTES);
  check(result);
  print_id(arg.spec.id);
}

static void remove_key(long folder, const char *id) {
  struct remove_key arg;
  wipe(&arg, sizeof arg);
  arg.spec.type = KEY_BY_IDENTIFIER;
  parse_id(id, arg.spec.id);
  check(call(SYS_ioctl, folder, REMOVE_KEY, (long)&arg, 0));
  if (arg.status != 0) check(call(SYS_write, 1, (long)"busy\n", 5, 0));
}

static void set_policy(long folder, const char *id) {
  struct policy policy;
  wipe(&policy, sizeof policy);
  policy.version = POLICY_V2;
  policy.contents_mode = AES_256_XTS;
  policy.names_mode = AES_256_CTS;
  policy.flags = PAD_32;
  parse_id(id, policy.id);
  check(call(SYS_ioctl, folder, SET_POLICY, (long)&policy, 0));
}

static void get_policy(long folder) {
  struct get_policy arg;
  wipe(&arg, sizeof arg);
  arg.size = sizeof arg.policy;
  check(call(SYS_ioctl, folder, GET_POLICY, (long)&arg, 0));
  if (arg.policy.version != POLICY_V2) finish(EINVAL);
  print_id(arg.policy.id);
}

__attribute__((used)) void start(const long *stack) {
  long count = stack[0];
  const char *const *words = (const char *const *)(stack + 1);
  if (count < 3) finish(EINVAL);
  long folder = check(call(SYS_openat, AT_FDCWD, (long)words[2], O_DIRECTORY | O_CLOEXEC, 0));
  if (count == 3 && same(words[1], "add-key")) add_key(folder);
  else if (count == 3 && same(words[1], "get-policy")) get_policy(folder);
  else if (count == 4 && same(words[1], "set-policy")) set_policy(folder, words[3]);
  else if (count == 4 && same(words[1], "remove-key")) remove_key(folder, words[3]);
  else finish(EINVAL);
  finish(0);
}
