package boltdb

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// lockTimeout is for a process that is just stopping; one that runs on is reported soon.
const lockTimeout = 200 * time.Millisecond

// mapped is how much room the file gets in the address space, 16 GiB where addresses have 64 bits. A file that outgrows its
// room moves, which waits for those who read and holds up all others: whoever takes a copy slowly would stop everybody.
const mapped = math.MaxInt >> 29

// openBolt opens the file and tells apart why it cannot be. Reading the lists of a damaged file can panic, and where
// the file ends early it faults, because it is mapped into memory. After a panic nobody has a handle by which to unmap
// the file, so it stays locked until the process ends.
func openBolt(path string) (b *bolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, corrupt(path, r)
		}
	}()
	b, err = bolt.Open(path, 0o600, &bolt.Options{
		Timeout: lockTimeout, FreelistType: bolt.FreelistMapType, NoStatistics: true, InitialMmapSize: mapped,
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%s: %w", path, ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, corrupt(path, err)
	case err != nil && tooShort(path):
		return nil, corrupt(path, err)
	case err != nil:
		return nil, err
	}
	if err := checkLength(b); err != nil {
		return nil, errors.Join(corrupt(path, err), b.Close())
	}
	return b, nil
}

func corrupt(path string, reason any) error {
	return fmt.Errorf("%s: %w (%v)", path, ErrCorrupt, reason)
}

// tooShort tells whether a file has something in it, but not even its two first pages.
func tooShort(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0 && info.Size() < 2*int64(os.Getpagesize())
}

// checkLength finds a file that was cut off: a page beyond its end would be noticed only when somebody reads it, and
// then by a fault that ends the process.
func checkLength(b *bolt.DB) error {
	return b.View(func(tx *bolt.Tx) error {
		info, err := os.Stat(b.Path())
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() {
			return fmt.Errorf("%d of its %d bytes are missing", tx.Size()-info.Size(), tx.Size())
		}
		return nil
	})
}
