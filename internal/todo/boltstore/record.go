package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"example.com/todo/internal/todo"
)

// A record is the value under an item's key:
//
//	state     1 byte   0 open, 1 completed: what the list's filter asks, without decoding
//	checksum  4 bytes  CRC-32C over key, state and item, big-endian
//	item      the canonical JSON, as a list sends it
//
// The data file guards only its own structure. The checksum is what notices a damaged item; that it covers the key
// means that an item which turns up under another owner's key is damage too.
const headerSize = 5

const (
	stateOpen      = 0
	stateCompleted = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged never carries the record's content, which is a person's text.
var errDamaged = errors.New("damaged record")

// key is injective for any owner and id, because the owner's length goes first; and the keys of one owner are
// neighbours in the order of their ids.
func key(owner, id string) []byte {
	k := make([]byte, 0, binary.MaxVarintLen64+len(owner)+len(id))
	k = binary.AppendUvarint(k, uint64(len(owner)))
	k = append(k, owner...)
	return append(k, id...)
}

func encode(key []byte, item todo.Item) []byte {
	text := item.JSON()
	v := make([]byte, headerSize, headerSize+len(text))
	if item.Completed {
		v[0] = stateCompleted
	}
	v = append(v, text...)
	binary.BigEndian.PutUint32(v[1:], checksum(key, v))
	return v
}

// open splits a record and checks it. text is a part of v.
func open(key, v []byte) (completed bool, text []byte, err error) {
	if len(v) < headerSize || v[0] > stateCompleted {
		return false, nil, damaged(key, errDamaged)
	}
	if checksum(key, v) != binary.BigEndian.Uint32(v[1:]) {
		return false, nil, damaged(key, errDamaged)
	}
	return v[0] == stateCompleted, v[headerSize:], nil
}

func decode(key, v []byte) (todo.Item, error) {
	_, text, err := open(key, v)
	if err != nil {
		return todo.Item{}, err
	}
	var item todo.Item
	if err := item.UnmarshalJSON(text); err != nil {
		return todo.Item{}, damaged(key, err)
	}
	return item, nil
}

// checksum is that of a whole record, whatever stands where its checksum belongs.
func checksum(key, v []byte) uint32 {
	sum := crc32.Update(0, castagnoli, key)
	sum = crc32.Update(sum, castagnoli, v[:1])
	return crc32.Update(sum, castagnoli, v[headerSize:])
}

// damaged names the item: its owner and id are in the key.
func damaged(key []byte, err error) error {
	n, size := binary.Uvarint(key)
	if size <= 0 || n > uint64(len(key)-size) {
		return fmt.Errorf("item under key %x: %w", key, err)
	}
	return fmt.Errorf("item %q of owner %q: %w", key[size+int(n):], key[size:size+int(n)], err)
}
