// Unpacks a file while the machine goes on, on as many processors as the file has frames of zstd:
//
//   unpack INPUT OUTPUT              INPUT is a file of frames, each of which says how large it will be
//
// Ends with the kernel's error number as exit code; EIO when INPUT is damaged or memory ran out. Nothing but the decoder of
// libzstd is linked to it, which asks for the few functions at the end:
//
//   cc -Os -static -nostdlib -ffreestanding -fno-builtin -o unpack unpack.c libzstd.a

#include "freestanding.h"

// Source: zstd.h of zstd 1.5
u64 ZSTD_findFrameCompressedSize(const void *from, u64 bytes);
unsigned long long ZSTD_getFrameContentSize(const void *from, u64 bytes);
void *ZSTD_initStaticDCtx(void *memory, u64 bytes);
u64 ZSTD_decompressDCtx(void *context, void *to, u64 bytes, const void *from, u64 packed_bytes);
unsigned ZSTD_isError(u64 result);

enum { SEEK_END = 2, PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, SIGCHLD = 17 };

// libzstd's context is 160 kB in 1.5.
static u64 context_memory[256 * 1024 / sizeof(u64)];

static void *map(long file, u64 bytes, int protection) {
  return (void *)check(call6(SYS_mmap, 0, bytes, protection, MAP_SHARED, file, 0));
}

// In a process of its own: where memory runs out, it is that which the kernel ends.
static void start_unpacking(const u8 *from, u64 packed_bytes, u8 *to, u64 bytes) {
  if (check(call(SYS_clone, SIGCHLD, 0, 0, 0)) != 0) return;
  void *context = ZSTD_initStaticDCtx(context_memory, sizeof context_memory);
  u64 unpacked = context == 0 ? 0 : ZSTD_decompressDCtx(context, to, bytes, from, packed_bytes);
  finish(unpacked == bytes ? 0 : EIO);
}

// The sizes of all frames must be known before the file can be mapped.
static u64 unpacked_bytes(const u8 *from, u64 bytes) {
  u64 sum = 0;
  while (bytes > 0) {
    u64 packed = ZSTD_findFrameCompressedSize(from, bytes);
    // Two high numbers mean that it is not known or wrong.
    unsigned long long content = ZSTD_getFrameContentSize(from, bytes);
    if (ZSTD_isError(packed) || content >= 1ul << 40) finish(EIO);
    sum += content;
    from += packed;
    bytes -= packed;
  }
  return sum;
}

static void protect_stack(void);

__attribute__((used)) void start(const long *stack) {
  protect_stack();
  if (stack[0] != 3) finish(EINVAL);
  long input = check(call(SYS_openat, AT_FDCWD, stack[2], O_CLOEXEC, 0));
  u64 packed_bytes = check(call(SYS_lseek, input, 0, SEEK_END, 0));
  const u8 *from = map(input, packed_bytes, PROT_READ);
  u64 bytes = unpacked_bytes(from, packed_bytes);
  long output = check(call(SYS_openat, AT_FDCWD, stack[3], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0755));
  check(call(SYS_ftruncate, output, bytes, 0, 0));
  u8 *to = map(output, bytes, PROT_READ | PROT_WRITE);
  for (const u8 *end = from + packed_bytes; from < end;) {
    u64 packed = ZSTD_findFrameCompressedSize(from, end - from);
    u64 content = ZSTD_getFrameContentSize(from, end - from);
    start_unpacking(from, packed, to, content);
    from += packed;
    to += content;
  }
  int failed = 0, status = 0;
  while (call(SYS_wait4, -1, (long)&status, 0, 0) > 0)
    if (status != 0) failed = 1;
  finish(failed ? EIO : 0);
}

// What follows is what libzstd takes from a C library. Its static context needs no memory but its own.

void *malloc(u64 bytes) { return 0; }
void *calloc(u64 count, u64 bytes) { return 0; }
void free(void *memory) {}

typedef u64 __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *to, const void *from, u64 bytes) {
  u8 *t = to;
  const u8 *f = from;
  for (; bytes >= sizeof(word); bytes -= sizeof(word), t += sizeof(word), f += sizeof(word)) *(word *)t = *(const word *)f;
  while (bytes-- > 0) *t++ = *f++;
  return to;
}

void *memmove(void *to, const void *from, u64 bytes) {
  if ((u64)to - (u64)from >= bytes) return memcpy(to, from, bytes);
  while (bytes-- > 0) ((u8 *)to)[bytes] = ((const u8 *)from)[bytes];
  return to;
}

void *memset(void *to, int value, u64 bytes) {
  u8 *t = to;
  u64 pattern = (u8)value * 0x0101010101010101ul;
  for (; bytes >= sizeof(word); bytes -= sizeof(word), t += sizeof(word)) *(word *)t = pattern;
  while (bytes-- > 0) *t++ = value;
  return to;
}

// Debian compiles its libraries with a guard of the stack, which lies where a C library would have put it.
void __stack_chk_fail(void) { finish(EIO); }

#if defined(__x86_64__)
static u64 thread_block[8];
enum { ARCH_SET_FS = 0x1002 };
static void protect_stack(void) { check(call(SYS_arch_prctl, ARCH_SET_FS, (long)thread_block, 0, 0)); }
#else
u64 __stack_chk_guard;
static void protect_stack(void) {}
#endif
