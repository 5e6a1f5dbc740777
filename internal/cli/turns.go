package cli

import (
	"bytes"
	"context"
	"sync"
)

// Limits of what is kept in memory because its turn has not come.
const (
	maxAhead  = 64       // runs that are looked at, or done, before the first that is not done
	maxWaits  = 64 << 10 // bytes of one of them; whoever writes more waits
	stopAsked = -1
)

// inTurn has look called for each of n items, on so many goroutines. What it writes comes out in the order of the items, and so are the functions called that it
// returns (which may be nil), one at a time. The first item that is not done writes through. No more than ahead items are begun from that one on, and none is
// once ctx has ended.
func inTurn(ctx context.Context, out flusher, n, goroutines, ahead int, look func(i int, w *turn) (then func())) error {
	t := &turns{ctx: ctx, out: out, ahead: ahead, done: map[int]*turn{}}
	t.changed.L = &t.mu
	stop := context.AfterFunc(ctx, func() { // wakes those who wait
		t.mu.Lock()
		defer t.mu.Unlock()
		t.changed.Broadcast()
	})
	defer stop()
	var group sync.WaitGroup
	for range min(n, goroutines) {
		group.Go(func() {
			for i := t.begin(n); i != stopAsked; i = t.begin(n) {
				own := &turn{turns: t, i: i}
				own.then = look(i, own)
				t.end(own)
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// flusher is a buffered writer that remembers its first error.
type flusher interface {
	Write(p []byte) (int, error)
	Flush() error
}

// turns are items whose output comes in their order.
type turns struct {
	mu      sync.Mutex
	changed sync.Cond
	out     flusher
	ahead   int
	begun   int           // items that somebody has begun
	next    int           // the first item that is not done
	done    map[int]*turn // those behind it that are
	ctx     context.Context
}

// turn is one item: a writer.
type turn struct {
	*turns
	i    int
	kept bytes.Buffer // what was written before its turn
	then func()
}

// begin returns the next item to be looked at, or stopAsked.
func (t *turns) begin(n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.begun < n && t.begun >= t.next+t.ahead && t.ctx.Err() == nil {
		t.changed.Wait()
	}
	if t.begun >= n || t.ctx.Err() != nil {
		return stopAsked
	}
	t.begun++
	return t.begun - 1
}

// end says that an item is done. Those that waited for it, and are done too, follow it.
func (t *turns) end(own *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done[own.i] = own
	for own = t.done[t.next]; own != nil; own = t.done[t.next] {
		delete(t.done, t.next)
		own.release()
		if own.then != nil {
			own.then()
		}
		t.next++
	}
	t.changed.Broadcast()
}

// release writes what was kept.
func (t *turn) release() {
	t.out.Write(t.kept.Bytes())
	t.kept.Reset()
}

// Write writes through if the item's turn has come. Before that it keeps what is written, or waits if that is too much. Its error is that of the
// underlying writer, which remembers it.
func (t *turn) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.next != t.i && t.kept.Len()+len(p) > maxWaits {
		t.changed.Wait()
	}
	if t.next != t.i {
		return t.kept.Write(p)
	}
	t.release()
	return t.out.Write(p)
}

// Flush has whoever watches see what was written, if the item's turn has come.
func (t *turn) Flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == t.i {
		t.release()
		t.out.Flush() // its error comes again at the end
	}
}

// await waits for the item's turn: those before it are done, and the functions called that belong to them.
func (t *turn) await() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.next != t.i {
		t.changed.Wait()
	}
}
