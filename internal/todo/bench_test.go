package todo_test

import (
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/todo"
)

func BenchmarkItem(b *testing.B) {
	day := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	item := todo.Item{
		ID: "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b", Owner: "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b", Text: strings.Repeat("milk ", 10),
		Created: day, Updated: day, Version: 1,
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			item.JSON()
		}
	})
	b.Run("decode", func(b *testing.B) {
		text := item.JSON()
		var got todo.Item
		b.ReportAllocs()
		for b.Loop() {
			if err := got.UnmarshalJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}
