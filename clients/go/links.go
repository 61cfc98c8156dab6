package minhacarona

import (
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// A connection on which nothing was heard for so long may be gone without a trace: the process was frozen, or what is
// between has forgotten it. A new one costs milliseconds, a dead one a timeout.
const maxSilence = 5 * time.Second

// link is a channel, and how much it is used.
type link struct {
	*grpc.ClientConn
	inFlight int
	heard    time.Time
}

// links keeps one link to one target, and replaces it when it may be dead.
type links struct {
	connect func() (*grpc.ClientConn, error)

	mutex  sync.Mutex
	closed bool
	// The last one is used for new calls; the others end their calls.
	open []*link
	now  func() time.Time
}

// acquire returns a link for a call. Release it when the call has ended.
func (l *links) acquire() (*link, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.closed {
		return nil, errors.New("the client is closed")
	}
	if len(l.open) == 0 || l.silence(l.open[len(l.open)-1]) > maxSilence {
		conn, err := l.connect()
		if err != nil {
			return nil, err
		}
		l.open = append(l.open, &link{ClientConn: conn, heard: l.now()})
		l.sweep()
	}
	last := l.open[len(l.open)-1]
	last.inFlight++
	return last, nil
}

// release closes a link that was replaced, after its last call.
func (l *links) release(used *link) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	used.inFlight--
	l.sweep()
}

// heard is called when something came from the server.
func (l *links) heard(used *link) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	used.heard = l.now()
}

// close ends calls in flight.
func (l *links) close() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.closed = true
	var failures []error
	for _, each := range l.open {
		failures = append(failures, each.Close())
	}
	l.open = nil
	return errors.Join(failures...)
}

// silence: the monotonic clock may stand still while a machine is frozen, and the wall clock may be set back, so the
// later one is right.
func (l *links) silence(of *link) time.Duration {
	now := l.now()
	return max(now.Sub(of.heard), now.Round(0).Sub(of.heard.Round(0)))
}

func (l *links) sweep() {
	var kept []*link
	for i, each := range l.open {
		if each.inFlight == 0 && i < len(l.open)-1 {
			each.Close() // Nothing is in flight that could hear of a failure.
		} else {
			kept = append(kept, each)
		}
	}
	l.open = kept
}
