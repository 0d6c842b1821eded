/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel promises to the models: RCU and SRCU by their documents
 * (Documentation/RCU/, kernel/rcu/srcutree.c), mutexes, and maps with references.
 */
#define READERS_MAX 2
#define WAITERS_MAX 3

/*
 * Who is inside, a bit for each reader, and for each waiter those who were inside when it
 * began and have not left since. Who enters later is not waited for.
 */
typedef domain {
	byte inside;
	byte awaited[WAITERS_MAX]
};

inline read_lock(domain_, reader)
{
	domain_.inside = domain_.inside | (1 << reader)
}

inline read_unlock(domain_, reader)
{
	d_step {
		domain_.inside = domain_.inside & ~(1 << reader);
		domain_.awaited[0] = domain_.awaited[0] & ~(1 << reader);
		domain_.awaited[1] = domain_.awaited[1] & ~(1 << reader);
		domain_.awaited[2] = domain_.awaited[2] & ~(1 << reader)
	}
}

inline synchronize(domain_, waiter)
{
	domain_.awaited[waiter] = domain_.inside;
	domain_.awaited[waiter] == 0
}

/* A guard and what it leads to are one step: otherwise SPIN sees a deadlock. */
inline lock(mutex_)
{
	atomic { !mutex_ -> mutex_ = 1 }
}

inline unlock(mutex_)
{
	mutex_ = 0
}

/* Tables are numbered from 1 on: 0 is NULL. Each is part of a map. */
byte refs[TABLES + 1];
bool freed[TABLES + 1]; /* user space has it no more */
bool gone[TABLES + 1]; /* its memory has another owner */
domain rcu;

/* User space takes any map that it has not given back, also one that is attached. */
inline map_get_any(t)
{
	atomic {
		if
		:: !freed[1] -> t = 1
		:: !freed[2] -> t = 2
#if TABLES > 2
		:: !freed[3] -> t = 3
#endif
		fi;
		refs[t]++
	}
}

#if TABLES > 2
#define NO_MAP_IS_LEFT (freed[1] && freed[2] && freed[3])
#else
#define NO_MAP_IS_LEFT (freed[1] && freed[2])
#endif

/* bpf_map_put() and bpf_struct_ops_map_free(): the last one waits for RCU and frees. */
inline map_put(t, waiter)
{
	atomic {
		refs[t]--;
		last = (refs[t] == 0);
		freed[t] = last
	};
	if
	:: last ->
		synchronize(rcu, waiter);
		gone[t] = true
	:: else
	fi
}
