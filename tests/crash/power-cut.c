/*
 * LD_PRELOAD shim: a disk that keeps only what was synced, for every file under $POWER_FOLDER.
 * Writes reach the file at once, so the process reads its own; what each one replaced is kept until the file is synced. At the
 * $POWER_CUT_AT-th write, truncation or sync, or before a rename to a name ending in $POWER_CUT_RENAME, the power goes: every
 * write that was not synced is undone, then kept, dropped or torn into 512-byte sectors by the dice of $POWER_SEED, in any order
 * of survival; the process ends with 137. $POWER_KEEP=1 keeps nothing back: the same cut on a disk that forgets nothing.
 * Shared memory (-shm) is not a file to lose. Not thread-safe beyond one lock: SQLite writes from one thread.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define MOST_FDS 4096

struct op { int is_truncate; off_t at, size_before, size_after; size_t length, old_length; char *fresh, *old; struct op *next, *before; };
struct file { char path[PATH_MAX]; struct op *first, *last; struct file *next; };

static struct file *files, *by_fd[MOST_FDS];
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static long done;
static unsigned long dice;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static unsigned roll(unsigned below) {
  dice ^= dice << 13; dice ^= dice >> 7; dice ^= dice << 17;
  return (unsigned)((dice >> 11) % below);
}

static void cut(void) {
  const char *seed = getenv("POWER_SEED");
  dice = 0x9E3779B97F4A7C15ul ^ (unsigned long)(seed ? atol(seed) + 1 : 1) * 0xD1342543DE82EF95ul;
  for (struct file *f = files; f && !getenv("POWER_KEEP"); f = f->next) {
    int fd = f->first ? REAL(open)(f->path, O_RDWR) : -1;
    if (fd < 0) continue;
    for (struct op *o = f->last; o; o = o->before) {
      if (REAL(pwrite)(fd, o->old, o->old_length, o->at) < 0 || REAL(ftruncate)(fd, o->size_before) < 0) _exit(99);
    }
    for (struct op *o = f->first; o; o = o->next) {
      unsigned fate = roll(3); /* 0 dropped, 1 kept, 2 torn */
      if (o->is_truncate) { if (fate == 1 && REAL(ftruncate)(fd, o->size_after) < 0) _exit(99); continue; }
      for (size_t s = 0; s < o->length; s += SECTOR) {
        size_t n = o->length - s < SECTOR ? o->length - s : SECTOR;
        if ((fate == 1 || (fate == 2 && roll(2))) && REAL(pwrite)(fd, o->fresh + s, n, o->at + (off_t)s) < 0) _exit(99);
      }
    }
    REAL(fsync)(fd);
  }
  _exit(137);
}

static struct file *of(int fd) { return fd >= 0 && fd < MOST_FDS ? by_fd[fd] : NULL; }
static void step(void) {
  const char *at = getenv("POWER_CUT_AT");
  if (at && ++done == atol(at)) cut();
}

static void note_open(int fd, const char *path) {
  const char *folder = getenv("POWER_FOLDER");
  char full[PATH_MAX];
  if (fd < 0 || fd >= MOST_FDS) return;
  by_fd[fd] = NULL;
  size_t n = strlen(path);
  if (!folder || !realpath(path, full) || strncmp(full, folder, strlen(folder)) || (n > 4 && !strcmp(path + n - 4, "-shm"))) return;
  struct stat is;
  if (fstat(fd, &is) || !S_ISREG(is.st_mode)) return;
  struct file *f = files;
  while (f && strcmp(f->path, full)) f = f->next;
  if (!f) { f = calloc(1, sizeof *f); strcpy(f->path, full); f->next = files; files = f; }
  by_fd[fd] = f;
}

static void note(int fd, int is_truncate, off_t at, const void *fresh, size_t length) {
  struct file *f = of(fd);
  struct stat is;
  if (!f) return;
  pthread_mutex_lock(&lock);
  step();
  fstat(fd, &is);
  struct op *o = calloc(1, sizeof *o);
  o->is_truncate = is_truncate; o->at = at; o->size_before = is.st_size; o->size_after = at; o->length = length;
  size_t reach = is_truncate ? (is.st_size > at ? (size_t)(is.st_size - at) : 0) : length;
  o->old = malloc(reach + 1);
  int reader = REAL(open)(f->path, O_RDONLY); /* the descriptor itself may be for writing only */
  ssize_t got = reader < 0 ? 0 : pread(reader, o->old, reach, at);
  if (reader >= 0) REAL(close)(reader);
  o->old_length = got > 0 ? (size_t)got : 0;
  if (!is_truncate) { o->fresh = malloc(length + 1); memcpy(o->fresh, fresh, length); }
  o->before = f->last;
  if (f->last) f->last->next = o; else f->first = o;
  f->last = o;
  pthread_mutex_unlock(&lock);
}

static void synced(int fd) {
  struct file *f = of(fd);
  if (!f) return;
  pthread_mutex_lock(&lock);
  step();
  for (struct op *o = f->first, *next; o; o = next) { next = o->next; free(o->old); free(o->fresh); free(o); }
  f->first = f->last = NULL;
  pthread_mutex_unlock(&lock);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; va_start(more, flags); mode_t mode = (flags & O_CREAT) ? va_arg(more, mode_t) : 0; va_end(more); \
    int fd = REAL(name)(path, flags, mode); note_open(fd, path); return fd; }
OPEN(open)
OPEN(open64)
int close(int fd) { if (fd >= 0 && fd < MOST_FDS) by_fd[fd] = NULL; return REAL(close)(fd); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { note(fd, 0, at, b, n); return REAL(pwrite)(fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { note(fd, 0, at, b, n); return REAL(pwrite64)(fd, b, n, at); }
ssize_t write(int fd, const void *b, size_t n) { if (of(fd)) note(fd, 0, lseek(fd, 0, SEEK_CUR), b, n); return REAL(write)(fd, b, n); }
int ftruncate(int fd, off_t size) { note(fd, 1, size, NULL, 0); return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { note(fd, 1, size, NULL, 0); return REAL(ftruncate64)(fd, size); }
int fsync(int fd) { int r = REAL(fsync)(fd); synced(fd); return r; }
int fdatasync(int fd) { int r = REAL(fdatasync)(fd); synced(fd); return r; }
int rename(const char *from, const char *to) {
  const char *name = getenv("POWER_CUT_RENAME");
  if (name && strlen(to) >= strlen(name) && !strcmp(to + strlen(to) - strlen(name), name)) cut();
  char full[PATH_MAX], target[PATH_MAX];
  struct file *moved = NULL;
  if (realpath(from, full)) for (struct file *f = files; f; f = f->next) if (!strcmp(f->path, full)) moved = f;
  int r = REAL(rename)(from, to);
  /* What was not synced before the rename is lost under the new name. */
  if (r == 0 && moved && realpath(to, target)) {
    for (struct file *f = files; f; f = f->next) if (f != moved && !strcmp(f->path, target)) f->path[0] = 0;
    strcpy(moved->path, target);
  }
  return r;
}
