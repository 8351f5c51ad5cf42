package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// A mix is how many of a hundred requests are which operation.
type mix struct {
	Name   string
	shares [operations]int
}

var (
	mixed  = mix{"mixed", [operations]int{list: 45, get: 10, add: 20, done: 10, update: 10, remove: 5}}
	reads  = mix{"reads", [operations]int{list: 82, get: 18}}
	gets   = mix{"gets", [operations]int{get: 100}}
	writes = mix{"writes", [operations]int{add: 45, done: 22, update: 22, remove: 11}}
	// steady takes as many items away as it adds, so that what grows in a long run is not the data.
	steady = mix{"steady", [operations]int{list: 45, get: 10, add: 13, done: 10, update: 9, remove: 13}}
)

func (m mix) pick(r *rand.Rand) operation {
	n := r.IntN(100)
	for op, share := range m.shares {
		if n -= share; n < 0 {
			return operation(op)
		}
	}
	panic("the shares of " + m.Name + " are not 100")
}

// textFormat makes the text of an item, always as long.
const textFormat = "Buy %09d litres of milk on the way home"

// A load keeps some connections busy for some time.
type load struct {
	mix         mix
	connections int
	time        time.Duration
}

// A worker is one connection and the people whose requests it sends.
type worker struct {
	*conn
	target  *target
	mix     mix
	users   []*user
	random  *rand.Rand
	answers answers
}

// answers are what a load was answered.
type answers struct {
	took   [operations][]time.Duration
	errors int
	first  error
}

func (a *answers) join(b answers) {
	for op := range a.took {
		a.took[op] = append(a.took[op], b.took[op]...)
	}
	a.errors += b.errors
	if a.first == nil {
		a.first = b.first
	}
}

func (a *answers) count() (n int) {
	for _, times := range a.took {
		n += len(times)
	}
	return n
}

func (a *answers) fault(err error) {
	a.errors++
	if a.first == nil {
		a.first = err
	}
}

// send loads a server and gives what it answered, and how long it took. Each of the people is one connection's, unless
// there are more connections than people, which only reads may have.
func (l load) send(t *target) (answers, time.Duration, error) {
	t.loads++ // no load draws what another one drew
	workers := make([]*worker, l.connections)
	for i := range workers {
		c, err := dial(t.addr)
		if err != nil {
			return answers{}, 0, err
		}
		defer c.Close()
		w := &worker{conn: c, target: t, mix: l.mix, random: rand.New(rand.NewPCG(t.loads, uint64(i)))}
		for n := i; n < len(t.users); n += l.connections {
			w.users = append(w.users, t.users[n])
		}
		if len(w.users) == 0 && l.mix.onlyReads() {
			w.users = append(w.users, t.users[i%len(t.users)])
		}
		if len(w.users) == 0 {
			return answers{}, 0, errors.New("changes want no more connections than people")
		}
		workers[i] = w
	}
	begin := time.Now()
	until := begin.Add(l.time)
	var all sync.WaitGroup
	for _, w := range workers {
		all.Go(func() { w.run(until) })
	}
	all.Wait()
	took := time.Since(begin)
	var sum answers
	for _, w := range workers {
		sum.join(w.answers)
	}
	return sum, took, nil
}

func (m mix) onlyReads() bool { return m.shares[list]+m.shares[get] == 100 }

// run sends until the time is over, or the connection is of no use any more.
func (w *worker) run(until time.Time) {
	for time.Now().Before(until) {
		if err := w.once(); err != nil {
			w.answers.fault(err)
			return
		}
	}
}

// once sends one request. An answer that is wrong is counted; an error is one of the connection.
func (w *worker) once() error {
	u := w.users[w.random.IntN(len(w.users))]
	op, at := w.choose(u)
	k, wanted := w.prepare(op, u, at)
	begin := time.Now()
	status, body, err := w.do(u.Token, k)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	w.answers.took[op] = append(w.answers.took[op], time.Since(begin))
	if status != http.StatusOK && (op != remove || status != http.StatusNoContent) {
		w.answers.fault(fmt.Errorf("%s: status %d: %s", op, status, body))
		return nil
	}
	if w.target.replays {
		return nil
	}
	if err := w.learn(op, u, at, wanted, body); err != nil {
		w.answers.fault(fmt.Errorf("%s: %w", op, err))
	}
	return nil
}

// choose draws an operation, and the item that it is about. Whoever has no item adds one instead of changing one, and
// lists instead of reading one.
func (w *worker) choose(u *user) (op operation, at int) {
	op = w.mix.pick(w.random)
	if len(u.items) == 0 {
		switch op {
		case get:
			return list, 0
		case done, update, remove:
			return add, 0
		}
		return op, 0
	}
	at = w.random.IntN(len(u.items))
	for tries := 0; op == done && u.items[at].Completed && tries < 8; tries++ { // an item that is done is not written again
		at = w.random.IntN(len(u.items))
	}
	return op, at
}

// prepare gives the call, and the item as it should be afterwards.
func (w *worker) prepare(op operation, u *user, at int) (call, item) {
	d := w.target.dialect
	switch op {
	case list:
		return d.list(pageSize, ""), item{}
	case add:
		text := w.newText()
		return d.add(u.Name, text), item{Text: text}
	}
	it := u.items[at]
	switch op {
	case done:
		it.Completed = true
		return d.done(it.ID), it
	case update:
		it.Text, it.Completed = w.newText(), false
		return d.update(it.ID, it.Text), it
	case remove:
		return d.remove(it.ID), it
	default:
		return d.get(it.ID), it
	}
}

func (w *worker) newText() string {
	return fmt.Sprintf(textFormat, w.random.IntN(1_000_000_000))
}

// learn checks the answer and keeps what it says.
func (w *worker) learn(op operation, u *user, at int, wanted item, body []byte) error {
	d := w.target.dialect
	switch op {
	case list:
		return checkList(d, body, u.items)
	case remove:
		u.items = append(u.items[:at], u.items[at+1:]...)
		return nil
	case add:
		id, err := newID(body)
		if err != nil {
			return err
		}
		wanted.ID = id
		u.add(wanted)
	default:
		u.items[at] = wanted
	}
	return checkItem(d, body, wanted)
}
