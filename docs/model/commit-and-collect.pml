/*
 * The commit protocol of a backup and the garbage collection, for Spin. ../archive-format.md describes the protocol, README.md says
 * what is covered, and .ci/model runs it.
 *
 * The store does single operations only: put-if-absent, get, list, delete. Each d_step or atomic below is one operation, or one and
 * others that are harmless to join to it, and between any two of them any other process may do anything. A process that stops
 * for ever is one that is not scheduled any more: Spin follows each beginning of each run, so that needs no transition.
 *
 * Sets are bits in a byte. Content 0 is in pack 0 at the start and is what manifest 0 needs. Attempt i (1 to 4) of a writer stores
 * pack i with content i, and manifest i; attempts 1 and 2 are of the first writer, as manifest 0 is, 3 and 4 of the second. Pack 5 is
 * the copy of pack 0 that a collector may make. Names of packs are never used twice: each has random bytes of its own.
 *
 * Chosen with -D: TRIES1 and TRIES2, attempts of each writer (0 to 2); RUNS1 and RUNS2, runs of each collector, where an unfinished
 * one is a crash; FORGETS, snapshots that the user forgets; READER; FEW and NO_REPACK, fewer choices. Other symbols break the protocol.
 */
#define bit(i) (1 << (i))
#define has(set, i) (((set) >> (i)) & 1)
#define WRITTEN 30                  /* packs 1 to 4, of writers, and contents 1 to 4 */
#define COPY 32                     /* pack 5 */

/* The store. */
byte packs = 1;                     /* packs that exist */
byte zeros = 1;                     /* packs with content 0, among those that exist or existed */
byte manifests = 1;                 /* manifests that exist */
byte needs[5];                      /* the contents that manifest i needs; 0 before it is written */
byte fresh[3];                      /* the manifests that have seen epoch n or a newer one */
byte forgotten;                     /* manifests with a forget record */
byte records[3];                    /* which of the four records of epoch n exist */
#define CONDEMN 1
#define SWEEP 2
#define KEEP 4
#define DONE 8
byte condemned[3];                  /* g/n/condemn: packs that may be deleted */
byte kept[3];                       /* g/n/keep: manifests that count ... */
byte doomed[3];                     /* ... packs to be deleted ... */
byte removed[3];                    /* ... and manifests to be deleted */

/* Not in the store. */
byte committed;                     /* manifests that were reported to the user as a snapshot */
bit copied;                         /* pack 5 is made once only, which bounds the model */

#define newestWith(steps) ((records[2] & (steps)) -> 2 : ((records[1] & (steps)) -> 1 : 0))
#define newest newestWith(CONDEMN)
#define open(n) ((n) > newestWith(DONE) -> condemned[n] : 0)
#define condemnedNow (open(1) | open(2))

/* The reader's rule: which manifests count by the decision of epoch d (0: there is none). */
#ifdef ALL_COUNT
#define counting(d) manifests
#else
#define counting(d) (manifests & ((d) == 0 -> 255 : (kept[d] | fresh[d])))
#endif
#define snapshots (counting(newestWith(KEEP)) & ~forgotten)
#define need(set, i) (has(set, i) -> needs[i] : 0)
#define needsOf(set) (need(set, 0) | need(set, 1) | need(set, 2) | need(set, 3) | need(set, 4))
#define contentsOf(set) (((set) & WRITTEN) | (((set) & zeros) != 0))
#define lastOf(set) (has(set, 2) -> 4 : (has(set, 1) -> 2 : (set) & 1))
#define lasts (lastOf(manifests & 7) | (has(manifests, 4) -> 16 : manifests & 8))   /* the newest manifest of each writer */

#ifdef REACH
#define reached(place, condition) assert(REACH != place || !(condition))   /* .ci/model: does this happen at all? */
#else
#define reached(place, condition) skip
#endif

/* S1 and S2; called in the same step as each change that could break them. */
inline check() {
  assert((committed & ~forgotten & ~snapshots) == 0);           /* S1: what was reported counts ... */
  assert((needsOf(snapshots) & ~contentsOf(packs)) == 0);       /* S2: ... and all that counts is whole */
  reached(3, (manifests & ~forgotten & ~snapshots) != 0)
}

proctype Writer(byte me, last) {    /* me: the number of this attempt, of its pack and of its manifest */
  byte base, avoid, used, need, seen;
again:
  atomic { me <= last ->            /* W0: list g/ */
    base = newest; avoid = condemnedNow
  }
  atomic {                          /* list p/ only after that, and choose what is used again: one pack or none */
    if
    :: true
    :: has(packs & ~avoid, 0) -> used = 1
    :: (packs & zeros & ~avoid) == 0 -> need = 1     /* content 0 cannot be relied on: it is stored again in the own pack */
#ifndef FEW
    :: has(packs & ~avoid, 1) -> used = 2
    :: has(packs & ~avoid, 2) -> used = 4
    :: has(packs & ~avoid, 3) -> used = 8
    :: has(packs & ~avoid, 4) -> used = 16
    :: has(packs & ~avoid, 5) -> used = 32
#endif
    fi;
    avoid = 0
  }
  d_step {                          /* W1: put the own pack */
    if :: need -> zeros = zeros | bit(me) :: else fi;
    packs = packs | bit(me); used = used | bit(me); need = contentsOf(used)
  }
  atomic {                          /* W2: list g/ again. Only the list of the newest epoch is certain to be the one acted on */
    seen = newest;
    if
#ifdef NO_LOOK_BEFORE
    :: true
#elif defined(DONE_IS_PAST)
    :: !(used & condemnedNow)
#elif defined(ALL_LISTS)
    :: !((base < 1 && seen >= 1 && (used & condemned[1])) || (base < 2 && seen >= 2 && (used & condemned[2])))
#else
    :: seen == base || (seen == base + 1 && !(used & condemned[seen]))
#endif
    :: else -> me++; base = 0; used = 0; need = 0; seen = 0; goto again
    :: me < last -> me++; base = 0; used = 0; need = 0; seen = 0; goto again    /* stopped, and begun again by the user */
    fi;
    base = 0; used = 0
  }
  d_step {                          /* W3: put the manifest */
    manifests = manifests | bit(me); needs[me] = need; need = 0;
    if :: seen >= 1 -> fresh[1] = fresh[1] | bit(me) :: else fi;
    if :: seen >= 2 -> fresh[2] = fresh[2] | bit(me) :: else fi;
#ifdef NO_LOOK_AFTER
    committed = committed | bit(me);
#endif
    check()
  }
#ifndef NO_LOOK_AFTER
  atomic {                          /* W4: list g/ once more */
    if
    :: newestWith(SWEEP | KEEP | DONE) <= seen -> committed = committed | bit(me); check(); reached(1, true); seen = 0; goto end
    :: else                         /* it may count or not */
    fi;
#ifdef TRUST_KEEP
    seen = newestWith(SWEEP | KEEP | DONE)
  }
  atomic {                          /* get the decision, which may have been put anew since the list */
    if :: (records[seen] & KEEP) && has(kept[seen], me) -> committed = committed | bit(me); check(); goto end :: else fi;
#endif
    reached(2, me < last); me++; seen = 0; goto again
  }
#endif
end:
}

proctype Collector(byte runs) {
  byte n, d, cond, keep, kill, gone, i;
again:
  atomic { runs > 0 ->              /* C0: list g/, and go on with the newest epoch when it is not done */
    runs--; n = newest;
    d = (n == 2 && (records[1] & KEEP) -> 1 : 0);
    if
    :: n > 0 && !(records[n] & DONE) ->
       cond = condemned[n];
       if :: records[n] & KEEP -> cond = 0; d = 0; goto look :: else -> goto sweep fi
#ifdef BEGIN_ANYWAY
    :: n == 1 -> n++; d = newestWith(KEEP)      /* the look whether it is done was another one, before */
#endif
    :: n == 0 || (n == 1 && (records[n] & DONE)) -> n++; d = newestWith(KEEP)
    :: n == 2 && (records[n] & DONE) -> n = 0; d = 0; goto end      /* two epochs bound the model */
    fi
  }
  d_step { keep = ~forgotten & 31 } /* list f/ before s/: a forget record may be deleted after its manifest */
  atomic {                          /* C1: list s/ and p/ and mark */
    keep = keep & counting(d); i = needsOf(keep);
#ifndef NO_REPACK
    if :: (i & 1) && (packs & 1) && !copied -> copied = 1; packs = packs | COPY; zeros = zeros | COPY :: true fi;
#endif
    cond = packs & ~(i & WRITTEN);
    if                              /* of several packs with a content that is needed, any one will do */
    :: (i & 1) -> cond = cond & ~zeros
    :: (i & 1) && (packs & zeros & 1) -> cond = cond & ~1
    :: (i & 1) && (packs & zeros & COPY) -> cond = cond & ~COPY
    :: (i & 1) && (packs & zeros & WRITTEN) -> cond = cond & ~(zeros & WRITTEN)
    :: !(i & 1)
    fi;
    if :: cond & WRITTEN -> cond = cond & ~WRITTEN :: true fi;      /* they may be of a running backup, so they are spared for a day */
    i = 0;
#ifndef NO_SECOND_LIST
    keep = 0
#endif
  }
  d_step {                          /* C2: put condemn, or take what is there */
    if
    :: records[n] & CONDEMN
    :: else -> records[n] = records[n] | CONDEMN; condemned[n] = cond
    fi;
    cond = condemned[n]; d = (n == 2 && (records[1] & KEEP) -> 1 : 0)
  }
#ifdef NO_SECOND_LIST
  if :: true -> kill = cond; goto decided :: false fi;
#endif
sweep:
#ifndef LIST_BEFORE_SWEEP
  atomic { records[n] = records[n] | SWEEP }                    /* C3 */
#endif
  atomic { keep = ~forgotten & 31 } /* C4: list f/ and s/ again, only now */
  atomic {
    keep = keep & counting(d); d = 0; i = needsOf(keep);
    cond = cond & packs; kill = cond & ~(i & WRITTEN);
    if                              /* what is needed and nowhere else saves its pack */
    :: !(i & 1) || (packs & zeros & ~cond)
    :: (i & 1) && !(packs & zeros & ~cond) -> kill = kill & ~zeros
    :: (i & 1) && !(packs & zeros & ~cond) && (packs & zeros & 1) -> kill = kill & ~1
    :: (i & 1) && !(packs & zeros & ~cond) && (packs & zeros & COPY) -> kill = kill & ~COPY
    fi;
    reached(4, kill != cond); i = 0; gone = manifests & ~keep & ~lasts
  }
#if defined(NO_SECOND_LIST) || defined(LIST_BEFORE_SWEEP)
decided:
  atomic { records[n] = records[n] | SWEEP }
#endif
  atomic {                          /* put keep, when it is absent */
    if
#ifdef KEEP_OVERWRITES
    :: false
#else
    :: records[n] & KEEP
#endif
    :: else -> records[n] = records[n] | KEEP; kept[n] = keep; doomed[n] = kill; removed[n] = gone; check(); reached(6, n == 2)
    fi;
    cond = 0; keep = 0;
#ifndef KEEP_OVERWRITES
    kill = 0; gone = 0
#endif
  }
look:
  atomic {                          /* C5: list g/; others have ended this epoch when there is a newer one or its records are gone */
    if
#ifndef NO_LOOK_AT_NEWER
    :: newest > n -> n = 0; kill = 0; gone = 0; goto again
#endif
    :: !(records[n] & CONDEMN) || !(records[n] & KEEP) -> n = 0; kill = 0; gone = 0; goto again
    :: else
    fi;
#ifdef KEEP_OVERWRITES
    if :: kill | gone :: else -> kill = doomed[n]; gone = removed[n] fi
#else
    kill = doomed[n]; gone = removed[n]
#endif
  }
  do                                /* delete the packs, one by one */
  :: atomic { (kill & packs) != 0 ->
       kill = kill & packs; i = kill & ~(kill - 1);
       packs = packs & ~i; kill = kill & ~i; i = 0; check(); reached(5, true) }
  :: atomic { else -> kill = 0; break }
  od;
  atomic { manifests = manifests & ~gone; gone = 0; check() }
  atomic { records[n] = records[n] | DONE; n = 0 }              /* C6 */
  atomic {                          /* delete the records of epochs before one that is done */
    if :: records[2] & DONE -> records[1] = 0; condemned[1] = 0; kept[1] = 0; doomed[1] = 0; removed[1] = 0 :: else fi
  }
  goto again;
end:
}

proctype User(byte times) {         /* forgets any snapshot at any moment */
  do
  :: d_step { times > 0 && has(snapshots, 0) -> forgotten = forgotten | 1; times-- }
  :: d_step { times > 0 && has(snapshots, 1) -> forgotten = forgotten | 2; times-- }
  :: d_step { times > 0 && has(snapshots, 3) -> forgotten = forgotten | 8; times-- }
  od
}

proctype Reader() {                 /* lists f/, then s/, then g/: what it finds is as good as if it were done in one moment */
  byte list, before;
  d_step { list = ~forgotten & 31; before = committed }
#ifdef DECISION_FIRST
  d_step { list = list & counting(newestWith(KEEP)) }
#endif
  d_step { list = list & manifests }
  d_step {
#ifndef DECISION_FIRST
    if :: newestWith(KEEP) -> list = list & (kept[newestWith(KEEP)] | fresh[newestWith(KEEP)]) :: else fi;
#endif
    list = list & ~forgotten;
    assert((before & ~forgotten & ~list) == 0 && (needsOf(list) & ~contentsOf(packs)) == 0);
    list = 0; before = 0
  }
}

init {
  atomic {
    needs[0] = 1;
#if TRIES1
    run Writer(1, TRIES1);
#endif
#if TRIES2
    run Writer(3, 2 + TRIES2);
#endif
    run Collector(RUNS1);
#if RUNS2
    run Collector(RUNS2);
#endif
#if FORGETS
    run User(FORGETS);
#endif
#ifdef READER
    run Reader()
#endif
  }
}
