// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types that no kernel has, each member with something that C or a macro of libbpf trips
 * over. clang compiles this for BPF, and its BTF stands for a kernel's.
 */
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

enum odd_level { ODD_LOW, ODD_HIGH };

/* What the headers of libbpf need of a vmlinux.h. */
struct odd_basics {
	__u8 u8;
	__u16 u16;
	__s32 s32;
	__u64 u64;
	__s64 s64;
	__wsum wsum;
	__be16 be16;
	__be32 be32;
};

struct odd {
	union {
		int i;
		long l;
	};
};

struct odd_four {
	int a;
};

struct odd_sixteen {
	long a, b;
};

struct odd_twelve {
	int a, b, c;
};

typedef struct {
	int fd;
} odd_handle;

typedef int (*odd_callback)(int);

struct odd_ops {
	/* Names of C++, of libbpf's macros, and of libc; printf() is built into clang. */
	int (*new)(int ctx);
	int (*printf)(const char *format);
	void *(*memcpy)(void *to, const void *from, unsigned long n);

	/* Results. */
	void (*nothing)(void);
	_Bool (*truth)(_Bool yes);
	unsigned long long (*wide)(void);
	const char *(*text)(void);
	struct odd **(*pointers)(struct odd **);
	enum odd_level (*level)(enum odd_level);
	odd_callback (*callback)(odd_callback callback);

	/* Types without a name, functions, const, numbers of every width. */
	int (*inner)(struct { int x; } * inner);
	int (*choice)(enum { ODD_C, ODD_D } choice);
	int (*each)(void (*call)(struct odd *odd, unsigned long n), void *with);
	int (*fixed)(const struct odd *const odd, const char *const *names);
	int (*numbers)(unsigned short a, long b, unsigned long c, long long d,
		       unsigned long long e);

	/* Structs and numbers that do not fit a register, or one of its halves. */
	int (*by_value)(struct odd_four four, struct odd_sixteen sixteen, int n);
	int (*handle)(odd_handle handle, void (*call)(int));
	int (*huge)(__int128 huge, int n);

	/* Who may be NULL, and who is handed over. */
	int (*take)(struct odd *gift, struct odd *other, struct odd *plain);

	/* Twelve are as many as a program may have. */
	int (*twelve)(int, int, int, int, int, int, int, int, int, int, int, int);

	/* Lines that are longer than 80 columns. */
	int (*a_name_that_is_as_long_as_few_names_are)(struct odd_sixteen *first,
						       struct odd_sixteen *second);

	/* What no program can be. */
	int (*thirteen)(int, int, int, int, int, int, int, int, int, int, int,
			int, int);
	int (*variable)(const char *format, ...);
	struct odd_four (*returns_struct)(void);
	int (*of_twelve_bytes)(struct odd_twelve twelve);

	/* Data. */
	int number;
	_Bool flag;
	enum odd_level default_level;
	char name[4];
	char motto[16];
	int numbers_of_it[4];
	struct odd odd;
	struct odd *link;
	const char *const *words;
	union {
		int unnamed_a;
		long unnamed_b;
	};
	unsigned int rest[];
};

/* libbpf refuses tables of this one. */
struct odd_bits_ops {
	int (*call)(void);
	unsigned int bits : 3;
	unsigned int more : 5;
	int whole;
};

/* A name that is near. */
struct odd_pair_ops {
	int (*left)(void);
	int (*right)(void);
	__u8 id[8];
};

struct bpf_struct_ops_common_value {
	int state;
};

struct bpf_struct_ops_odd_bits_ops {
	struct bpf_struct_ops_common_value common;
	struct odd_bits_ops data;
} odd_bits_value;

struct bpf_struct_ops_odd_pair_ops {
	struct bpf_struct_ops_common_value common;
	struct odd_pair_ops data;
} odd_pair_value;

/* It ends with no length, and so can only be the last. */
struct bpf_struct_ops_odd_ops {
	struct bpf_struct_ops_common_value common;
	struct odd_ops data;
} odd_value;

struct odd_basics odd_basics;

/* The stubs that have names for parameters: one by its whole name, one by the end of it. */
int odd_ops__take(struct odd *gift__ref, struct odd *other__nullable,
		  struct odd *plain)
{
	return 0;
}

int odd_ops__new(int ctx)
{
	return ctx;
}

int some_numbers(unsigned short a, long b, unsigned long c, long long d,
		 unsigned long long e)
{
	return 0;
}
