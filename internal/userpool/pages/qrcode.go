package pages

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is how many modules around a QR code stay light, as the standard asks.
const quiet = 4

// qrCode is a picture that an app reads with its camera.
type qrCode struct {
	Label string
	Size  int    // of the square, with its margin
	Dark  string // the path of the dark modules
}

// newQRCode is nil for a text that is too long for a picture.
func newQRCode(text, label string) *qrCode {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return nil
	}
	n := code.Bounds().Dx()
	dark := func(x, y int) bool { return x < n && code.At(x, y) == color.Black }
	var path strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return &qrCode{Label: label, Size: n + 2*quiet, Dark: path.String()}
}
