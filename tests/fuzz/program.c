// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs from bytes, for members of the modules' tables: the verifier decides which of
 * them load. Those are run, and then all that they must not reach is looked at.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_testmod.h"
#include "fuzz.h"

/* Registers that calls keep. */
#define CTX BPF_REG_6 /* the arguments */
#define OBJECT BPF_REG_7 /* the first of them */
#define OTHER BPF_REG_8 /* the second, or what a step has got */
#define NUMBER BPF_REG_9
#define FRAME BPF_REG_10

/* Bytes of the stack that are zero to begin with, and where most steps put theirs. */
#define STACK 64

/**
 * struct canary - what programs of the fuzzer's own see of a message
 * @event_len: what the event says, in filter
 * @event_data: likewise
 * @len: what test_3 is called with
 * @buf: likewise
 * @calls: of test_3
 * @page: all that is at @buf
 */
struct canary {
	__u64 event_len;
	__u64 event_data;
	__u64 len;
	__u64 buf;
	__u64 calls;
	unsigned char page[PAGE];
};

static struct canary *canary;
static int canary_map, scratch_map, ring;

static const int sizes[] = { BPF_W, BPF_DW, BPF_B, BPF_H };

/* Emits a jump whose end is not known yet. */
static unsigned int jump(struct code *c, int op, int dst, int imm)
{
	emit(c, JUMP(op, dst, imm, 0));
	return c->count - 1;
}

/* It ends here. */
static void land(struct code *c, unsigned int from)
{
	c->insns[from].off = c->count - from - 1;
}

#define OBJECT_AGAIN READ(BPF_DW, OBJECT, CTX, 0)

/* A register for an argument: those that there are, the stack, or a number. */
static void argument(struct code *c, int reg, unsigned int bits)
{
	switch (bits & 7) {
	case 0:
		emit(c, MOVE(reg, OBJECT));
		break;
	case 1:
	case 2:
		emit(c, MOVE(reg, FRAME),
		     ADD(reg, -(int)(bits >> 3 & 7) * 8 - 8));
		break;
	case 3:
		emit(c, MOVE(reg, OTHER));
		break;
	case 4:
		emit(c, SET_MAP(reg, bits & 8 ? ring : scratch_map));
		break;
	case 5:
		emit(c, SET_VALUE(reg, scratch_map, bits >> 3 & 31));
		break;
	default:
		emit(c, SET(reg, bits >> 3 & 15));
	}
}

/* Writes to the object: a window as a whole, or anything near it. */
static void store(struct code *c, int reg, int a, int b, int by)
{
	static const struct {
		int off, size;
	} windows[] = { { 4, 0 }, { 8, 1 } };
	int off = windows[a & 1].off, size = windows[a & 1].size;

	if (by & 0x80) {
		off = b & 0x3f;
		size = a & 3;
	}
	emit(c, by & 0x40 ? WRITE(sizes[size], reg, off, by & 3)
			  : STORE(sizes[size], reg, off, NUMBER));
}

static void step_load(struct code *c, int a, int b, int by)
{
	static const int bases[] = { OBJECT, OBJECT, OTHER, FRAME };
	int base = bases[a & 3], size = by & 3, off;

	off = by & 0x80 ? b & 0x3f : (b & 3) * 8;
	if (base == FRAME)
		off = -(b & 0x3f) - (by & 0x80 ? 0 : 8);
	emit(c, READ(sizes[size], BPF_REG_0, base, off));
	if (by & 0x40)
		emit(c, MOVE(NUMBER, BPF_REG_0));
}

static void step_store(struct code *c, int a, int b, int by)
{
	store(c, OBJECT, a, b, by);
}

static void step_spill(struct code *c, int a, int b, int by)
{
	static const int regs[] = { OBJECT, OTHER, NUMBER, CTX };
	int reg = regs[a & 3], off = -8 * (b & 7) - 8;

	emit(c, by & 0x40 ? READ(BPF_DW, reg, FRAME, off)
		: by & 0x80 ? STORE(sizes[by & 3], FRAME, off + (b >> 3 & 7), reg)
			    : STORE(BPF_DW, FRAME, off, reg));
}

static void step_count(struct code *c, int a, int b, int by)
{
	static const int alu[] = { BPF_ADD, BPF_SUB, BPF_AND, BPF_MUL,
				   BPF_LSH, BPF_RSH, BPF_XOR, BPF_OR };
	int op = alu[a & 7];

	if (op == BPF_LSH || op == BPF_RSH)
		b &= 31;
	emit(c, INSN((by & 1 ? BPF_ALU : BPF_ALU64) | op | BPF_K, NUMBER, 0, 0,
		     by & 0x80 ? b - 256 : b));
}

/* Writes or reads one of the bytes that a call returned, unless it was NULL. */
static void use_bytes(struct code *c, int at, int by)
{
	unsigned int none = jump(c, BPF_JEQ, BPF_REG_0, 0);

	emit(c, by & 0x20 ? READ(BPF_B, NUMBER, BPF_REG_0, at)
			  : STORE(by & 0x10 ? BPF_DW : BPF_B, BPF_REG_0, at,
				  NUMBER));
	if (by & 0x80)
		emit(c, STORE(BPF_DW, FRAME, -8, BPF_REG_0));
	land(c, none);
}

static void step_event_data(struct code *c, int a, int b, int by)
{
	int size = 1 + (a & 31);

	argument(c, BPF_REG_1, by & 0x40 ? b : 0);
	emit(c, by & 1 ? MOVE(BPF_REG_2, NUMBER) : SET(BPF_REG_2, b),
	     SET(BPF_REG_3, a & 0x80 ? (a & 0x40) << 6 : size),
	     CALL_KFUNC(EVENT_DATA));
	/* One byte in 8 times is past the end. */
	use_bytes(c, b % (size + !(by & 14)), by & 0xb0);
}

static void step_loop(struct code *c, int a, int b, int by)
{
	unsigned int top;

	emit(c, SET(OTHER, 1 + (a & 7)));
	top = c->count;
	if (by & 0x40) {
		emit(c, MOVE(BPF_REG_1, OBJECT), MOVE(BPF_REG_2, OTHER),
		     SET(BPF_REG_3, 1 + (b & 7)), CALL_KFUNC(EVENT_DATA));
		use_bytes(c, 0, 0);
	} else {
		store(c, OBJECT, a, b, by & 0x80);
		emit(c, ADD(NUMBER, b & 15));
	}
	emit(c, INSN(BPF_ALU64 | BPF_SUB | BPF_K, OTHER, 0, 0, 1));
	emit(c, JUMP(BPF_JNE, OTHER, 0, (int)top - (int)c->count - 1));
}

static void step_probe(struct code *c, int a, int b, int by)
{
	argument(c, BPF_REG_1, by & 0x40 ? by : 1 | 7 << 3);
	emit(c, SET(BPF_REG_2, by & 0x80 ? b : 1 + (b & 63)));
	argument(c, BPF_REG_3, a);
	emit(c, HELPER(a & 0x80 ? BPF_FUNC_probe_read_kernel_str
				: BPF_FUNC_probe_read_kernel));
}

/* Memory of the ring buffer's: it is given back, and on the way to a kfunc, perhaps. */
static void step_ring(struct code *c, int a, int b, int by)
{
	unsigned int none;

	emit(c, SET_MAP(BPF_REG_1, ring), SET(BPF_REG_2, 8 + (a & 0x38)),
	     SET(BPF_REG_3, 0), HELPER(BPF_FUNC_ringbuf_reserve));
	none = jump(c, BPF_JEQ, BPF_REG_0, 0);
	emit(c, MOVE(OTHER, BPF_REG_0));
	store(c, OTHER, a, b, by & 0x80);
	emit(c, MOVE(BPF_REG_1, OTHER), SET(BPF_REG_2, 0), SET(BPF_REG_3, 1));
	emit(c, by & 0x40 ? CALL_KFUNC(b % NR_KFUNCS)
		: b & 1	  ? HELPER(BPF_FUNC_ringbuf_submit)
			  : HELPER(BPF_FUNC_ringbuf_discard));
	land(c, none);
	emit(c, SET(OTHER, 0));
}

static void step_dynptr(struct code *c, int a, int b, int by)
{
	emit(c, SET_VALUE(BPF_REG_1, scratch_map, a & 15));
	if (by & 0x80)
		argument(c, BPF_REG_1, a);
	emit(c, SET(BPF_REG_2, 1 + (b & 31)), SET(BPF_REG_3, 0));
	argument(c, BPF_REG_4, 1 | 1 << 3);
	emit(c, HELPER(BPF_FUNC_dynptr_from_mem));
	argument(c, BPF_REG_1, 1 | 1 << 3);
	emit(c, SET(BPF_REG_2, by & 31));
	argument(c, BPF_REG_3, 1 | 7 << 3);
	emit(c, SET(BPF_REG_4, 1 + (a >> 4 & 7)), SET(BPF_REG_5, 0),
	     HELPER(BPF_FUNC_dynptr_write));
}

static void step_map(struct code *c, int a, int b, int by)
{
	emit(c, SET_VALUE(OTHER, scratch_map, a & 31));
	store(c, OTHER, a >> 6, b, by | 0x80);
}

/* Calls one of the two functions at the end. */
static void step_call(struct code *c, int a, int b, int by)
{
	argument(c, BPF_REG_1, by & 0x80 ? a : 0);
	emit(c, MOVE(BPF_REG_2, NUMBER), CALL(BPF_PSEUDO_CALL, -1 - (b & 1), 0));
	if (by & 0x40)
		emit(c, MOVE(NUMBER, BPF_REG_0));
}

static void step_move(struct code *c, int a, int b, int by)
{
	emit(c, ADD(OBJECT, by & 0x80 ? b - 128 : b & 8));
	if (by & 0x40)
		emit(c, READ(sizes[a & 3], BPF_REG_0, OBJECT, a >> 2 & 15));
	else
		store(c, OBJECT, a, b, by);
	emit(c, OBJECT_AGAIN);
}

static void step_context(struct code *c, int a, int b, int by)
{
	emit(c, by & 0x80 ? READ(sizes[a & 3], BPF_REG_0, CTX, b & 0x1f)
			  : READ(BPF_DW, OTHER, CTX, b & 1 ? 8 : 0));
}

static void step_kfunc(struct code *c, int a, int b, int by)
{
	int which = a % NR_KFUNCS;
	unsigned int none;

	argument(c, BPF_REG_1, by & 0x40 ? a >> 3 : by & 0x20 ? 3 : 0);
	emit(c, by & 0x10 ? MOVE(BPF_REG_2, OBJECT) : SET(BPF_REG_2, b),
	     SET(BPF_REG_3, by & 0x7f), SET(BPF_REG_4, 0), CALL_KFUNC(which));
	if (which != NOTE_NEW && which != EVENT_DATA)
		return;
	none = jump(c, BPF_JEQ, BPF_REG_0, 0);
	emit(c, MOVE(OTHER, BPF_REG_0));
	if (which == NOTE_NEW) {
		emit(c, MOVE(BPF_REG_1, OTHER), MOVE(BPF_REG_2, OBJECT),
		     CALL_KFUNC(NOTE_COPY), MOVE(BPF_REG_1, OTHER));
		if (!(by & 0x80))
			emit(c, CALL_KFUNC(NOTE_PUT));
	}
	land(c, none);
	emit(c, SET(OTHER, 0));
}

static void step_helper(struct code *c, int a, int b, int by)
{
	unsigned int bits = a << 16 | b << 8 | by;
	int i;

	for (i = BPF_REG_1; i <= BPF_REG_5; i++)
		argument(c, i, bits >> 3 * i);
	emit(c, HELPER(by & 0x80 ? b : 1 + (a & 0x1f)));
}

static void step_user(struct code *c, int a, int b, int by)
{
	argument(c, BPF_REG_1, by & 0x80 ? a : 1 | 7 << 3);
	emit(c, SET(BPF_REG_2, 1 + (b & 63)), SET(BPF_REG_3, a),
	     SET(BPF_REG_4, by & 1), CALL_KFUNC(COPY_FROM_USER));
}

static void step_leave(struct code *c, int a, int b, int by)
{
	unsigned int over = jump(c, by & 1 ? BPF_JGT : BPF_JNE, NUMBER, b);

	emit(c, SET(BPF_REG_0, a & 1 ? -(a >> 1) : 0), EXIT);
	land(c, over);
}

static void step_atomic(struct code *c, int a, int b, int by)
{
	emit(c, ATOMIC(a & 1 ? BPF_ADD | BPF_FETCH : BPF_XOR,
		       a & 4 ? BPF_W : BPF_DW, by & 0x80 ? OBJECT : FRAME,
		       by & 0x80 ? b & 31 : -8, NUMBER));
}

static void (*const step_kinds[])(struct code *c, int a, int b, int by) = {
	step_load, step_store, step_spill,   step_count,  step_event_data,
	step_loop, step_probe, step_ring,    step_dynptr, step_map,
	step_call, step_move,  step_context, step_kfunc,  step_helper,
	step_user, step_leave, step_atomic,  step_kfunc,  step_event_data,
};

/* Adds the functions that calls name, each with a pointer and a number. */
static void add_functions(struct code *c, const struct input *in)
{
	unsigned int end = c->count, start, i;
	int which, a, b;

	for (which = 0; which < 2; which++) {
		start = c->count;
		for (i = 0; i < end; i++) {
			struct bpf_insn *insn = &c->insns[i];

			if (insn->code != (BPF_JMP | BPF_CALL) ||
			    insn->src_reg != BPF_PSEUDO_CALL ||
			    insn->imm != -1 - which)
				continue;
			insn->imm = start - i - 1;
			if (c->count > start)
				continue;
			a = in->bytes[2] >> which;
			b = in->bytes[3 - which];
			store(c, BPF_REG_1, a, b, (b & 0x80) | 0x40);
			emit(c, MOVE(BPF_REG_0, BPF_REG_2), EXIT);
		}
	}
}

static void make(struct code *c, const struct input *in)
{
	static const int results[] = { 0,   0,	  0,	1,	    2,	   -1,
				       -22, -511, -512, 2147483647, -4096, 0 };
	const unsigned char *step;
	unsigned int skip = 0;
	int i;

	emit(c, MOVE(CTX, BPF_REG_1), OBJECT_AGAIN, SET(OTHER, 0),
	     SET(NUMBER, in->bytes[3] & 7));
	for (i = 8; i <= STACK; i += 8)
		emit(c, WRITE(BPF_DW, FRAME, -i, 0));

	for (step = in->bytes + STEP; step + STEP <= in->bytes + in->size;
	     step += STEP) {
		if (step[0] & 0x80)
			skip = jump(c, BPF_JGT, NUMBER, step[1] & 7);
		step_kinds[(step[0] & 0x7f) % ARRAY_SIZE(step_kinds)](
			c, step[1], step[2], step[3]);
		if (step[0] & 0x80)
			land(c, skip);
	}
	emit(c, SET(BPF_REG_0, results[in->bytes[2] % ARRAY_SIZE(results)]),
	     EXIT);
	add_functions(c, in);
}

/* Notes in the canary what is at @off of @base. */
#define NOTE(member, size, base, off)     \
	READ(size, BPF_REG_3, base, off), \
		STORE(BPF_DW, OBJECT, offsetof(struct canary, member), BPF_REG_3)

/* Notes what test_3 is called with, and the whole page of the message. */
static int witness(void)
{
	struct code c = {};

	emit(&c, MOVE(CTX, BPF_REG_1), SET_VALUE(OBJECT, canary_map, 0),
	     NOTE(len, BPF_DW, CTX, 8), NOTE(buf, BPF_DW, CTX, 0),
	     READ(BPF_DW, BPF_REG_1, OBJECT, offsetof(struct canary, calls)),
	     ADD(BPF_REG_1, 1),
	     STORE(BPF_DW, OBJECT, offsetof(struct canary, calls), BPF_REG_1),
	     MOVE(BPF_REG_1, OBJECT),
	     ADD(BPF_REG_1, offsetof(struct canary, page)), SET(BPF_REG_2, PAGE),
	     HELPER(BPF_FUNC_probe_read_kernel), SET(BPF_REG_0, 0), EXIT);
	return code_load(&c, DEMO, 2, false);
}

/* Notes in filter what the event says after prepare. */
static int event_witness(void)
{
	struct code c = {};

	emit(&c, READ(BPF_DW, CTX, BPF_REG_1, 0),
	     SET_VALUE(OBJECT, canary_map, 0),
	     NOTE(event_len, BPF_W, CTX, offsetof(struct bpf_testmod_event, len)),
	     NOTE(event_data, BPF_DW, CTX,
		  offsetof(struct bpf_testmod_event, data)),
	     SET(BPF_REG_0, 0), EXIT);
	return code_load(&c, DEMO, 4, false);
}

/* A map of a table whose functions are these programs, or 0 for none. */
static int table_of(int type, const int *programs, unsigned int bits)
{
	char value[PAGE] = "";
	int map = map_create(type, BPF_F_LINK), err;
	unsigned int i;

	for (i = 0; i < types[type].functions; i++) {
		if (programs[i])
			value_function(value, i, programs[i]);
	}
	value_data(value, type, bits);
	err = raw_update(map, 0, value, 0);
	/* Some need another kernel. */
	return err ? err : map;
}

/* A write that the healthy table sees as it is. */
static void heap_is_whole(size_t len)
{
	char message[PAGE];
	int n;

	memset(message, 'A', sizeof(message));
	memset(canary, 0, sizeof(*canary));
	n = write_once(TRIGGER, message, len);
	if (n != (int)len || canary->calls != 1 || (int)canary->len != (int)len ||
	    memcmp(canary->page, message, len) || canary->page[len])
		found("a later message of %zu bytes: write(2) returned %d, test_3 was called %llu times with %d bytes",
		      len, n, canary->calls, (int)canary->len);
}

/* What holds after a write, whatever the program has done with the event. */
static void message_is_whole(int member, int n, size_t len)
{
	size_t i;

	if (n >= 0 ? (size_t)n != len : n < -511)
		found("write(2) of %zu bytes returned %d", len, n);
	if (n < 0 || !canary->calls)
		return;
	if ((int)canary->len != (int)len)
		found("test_3: %d bytes of %zu", (int)canary->len, len);
	for (i = len; i < PAGE - 1; i++) {
		if (canary->page[i] != (i == len ? '\0' : 'A')) {
			found("byte %zu after a message of %zu bytes is %#x", i,
			      len, canary->page[i]);
			break;
		}
	}
	/* A program of filter itself stands in the place of this witness. */
	if (member != 4 &&
	    (canary->event_len != len || canary->event_data != canary->buf))
		found("the event says: %llu bytes of %zu at %#llx, not %#llx",
		      canary->event_len, len, canary->event_data, canary->buf);
}

static void run_demo(int program, int member, size_t len)
{
	int healthy[5] = { [2] = witness(), [4] = event_witness() };
	int fuzzed[5] = { [2] = healthy[2], [4] = healthy[4] };
	char message[PAGE];
	int old, map, link, n;

	fuzzed[member] = program;
	old = table_of(DEMO, healthy, 4);
	map = table_of(DEMO, fuzzed, 4);
	link = raw_link_create(old);
	if (link < 0 || map < 0) {
		found("the demo's table: %d, %d, %d", old, map, link);
		return;
	}
	/* The bytes of one message stay for the next one on this CPU. */
	heap_is_whole(BPF_TESTMOD_MSG_MAX);
	if (bpf_link_update(link, map, NULL))
		found("no swap");
	memset(message, 'B', sizeof(message));
	memset(canary, 0, sizeof(*canary));
	n = write_once(TRIGGER, message, len);
	message_is_whole(member, n, len);
	if (bpf_link_update(link, old, NULL))
		found("no swap back");
	heap_is_whole(0);
	heap_is_whole(127);
	heap_is_whole(BPF_TESTMOD_MSG_MAX);
	close(link);
}

static int nothing(int type, int member, int result)
{
	struct code c = {};

	emit(&c, SET(BPF_REG_0, result), EXIT);
	return code_load(&c, type, member, false);
}

static void scribe_is_whole(int fd, const char *wanted)
{
	char line[300] = "";
	ssize_t n = read(fd, line, sizeof(line) - 1);

	if (n < 0 || n > 256 || (n && line[n - 1] != '\n') ||
	    (wanted && strcmp(line, wanted)))
		found("scribe's line of %zd bytes: %.100s", n, line);
}

static void run_scribe(int program, int member, size_t len)
{
	int programs[2] = { 0, nothing(SCRIBE, 1, 0) };
	int one = open("/proc/scribe", O_RDWR | O_CLOEXEC);
	int other = open("/proc/scribe", O_RDWR | O_CLOEXEC);
	char line[255];
	int link, n, i;

	programs[member] = program;
	link = raw_link_create(table_of(SCRIBE, programs, 0));
	if (link < 0 || write_to(one, "use t0", 6) != 6) {
		found("scribe's table: %d", link);
		return;
	}
	write_to(other, "other", 5);
	memset(line, 'B', sizeof(line));
	/* The second has a previous line. */
	for (i = 0; i < 2; i++) {
		n = write_to(one, line, len % sizeof(line));
		if (n >= 0 ? (size_t)n != len % sizeof(line) : n < -511)
			found("write(2) of %zu bytes to scribe returned %d",
			      len % sizeof(line), n);
		scribe_is_whole(one, NULL);
	}
	scribe_is_whole(other, "other\n");
	close(link);
	close(one);
	close(other);
}

static void run_turnstile(int program, int member)
{
	int programs[2] = { nothing(TURNSTILE, 0, 1), 0 };
	int map, link, n;

	programs[member] = program;
	write_once("/proc/turnstile", "add 0", 5);
	map = table_of(TURNSTILE, programs, 0);
	link = raw_link_create(map);
	if (link < 0) {
		found("turnstile's table: %d, %d", map, link);
		return;
	}
	n = write_once("/proc/turnstile", "visit 0 bob", 11);
	if (n != 11 && n != -EACCES)
		found("a visit returned %d", n);
	n = write_once("/proc/turnstile", "remove 0", 8);
	if (n != 8)
		found("a gate was not removed: %d", n);
	close(link);
}

void program_run(const struct input *in)
{
	static const struct {
		int type, member;
	} targets[] = {
		{ DEMO, 3 },   { DEMO, 4 },	 { DEMO, 3 },
		{ DEMO, 4 },   { DEMO, 0 },	 { DEMO, 1 },
		{ DEMO, 2 },   { SCRIBE, 0 },	 { SCRIBE, 1 },
		{ SCRIBE, 1 }, { TURNSTILE, 0 }, { TURNSTILE, 1 },
	};
	int i = (in->bytes[1] & 0x3f) % ARRAY_SIZE(targets);
	int type = targets[i].type, member = targets[i].member, program;
	size_t len = in->bytes[3] & 0x80 ? 16 * in->bytes[3] : in->bytes[3] >> 3;
	struct code c = {};

	stay_on_first_cpu();
	canary_map = mapped_map(sizeof(*canary), (void **)&canary);
	scratch_map = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 64, 1, NULL);
	ring = bpf_map_create(BPF_MAP_TYPE_RINGBUF, NULL, 0, 0, PAGE, NULL);

	make(&c, in);
	program = code_load(&c, type, member, in->bytes[1] & 0x40);
	if (program < 0)
		return;
	shared->loaded = true;
	if (type == DEMO)
		run_demo(program, member, len);
	else if (type == SCRIBE)
		run_scribe(program, member, len);
	else
		run_turnstile(program, member);
}
