package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

// TestTheGroup makes the prime from its formula (RFC 3526 section 5), with pi by Machin's: 16 arctan 1/5 - 4 arctan 1/239.
func TestTheGroup(t *testing.T) {
	const spare = 64
	unit := new(big.Int).Lsh(big.NewInt(1), 2942+spare)
	arctan := func(x int64) *big.Int {
		square := big.NewInt(x * x)
		power := new(big.Int).Quo(unit, big.NewInt(x))
		sum := new(big.Int).Set(power)
		for n := int64(3); power.Sign() != 0; n += 2 {
			power.Quo(power, square)
			term := new(big.Int).Quo(power, big.NewInt(n))
			if n%4 == 3 {
				term.Neg(term)
			}
			sum.Add(sum, term)
		}
		return sum
	}
	pi := new(big.Int).Mul(big.NewInt(16), arctan(5))
	pi.Sub(pi, new(big.Int).Mul(big.NewInt(4), arctan(239)))
	want := pi.Rsh(pi, spare)
	want.Add(want, big.NewInt(1690314))
	want.Lsh(want, 64)
	want.Sub(want, big.NewInt(1))
	want.Add(want, new(big.Int).Lsh(big.NewInt(1), 3072))
	want.Sub(want, new(big.Int).Lsh(big.NewInt(1), 3008))
	group := newSRPGroup()
	if group.n.Cmp(want) != 0 {
		t.Errorf("got the prime %x, want %x", group.n, want)
	}
	// k as every client of Cognito has it: H(00 ‖ N ‖ 02).
	if got := group.k.Text(16); got != "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6" {
		t.Errorf("got k = %s", got)
	}
}

func TestNumbersAreHashedInTwosComplement(t *testing.T) {
	for _, c := range []struct{ number, want string }{{"0", "00"}, {"7f", "7f"}, {"80", "0080"}, {"00ff", "00ff"}, {"100", "0100"}} {
		n, _ := new(big.Int).SetString(c.number, 16)
		if got := hex.EncodeToString(pad(n)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.number, got, c.want)
		}
	}
}

// An srpClient does what Cognito's clients do, from the published formulas and on hexadecimal text as they do, sharing
// nothing with the server but the prime.
type srpClient struct {
	n, g, a *big.Int
	public  *big.Int
}

func newSRPClient(secret string) srpClient {
	c := srpClient{g: big.NewInt(2)}
	c.n, _ = new(big.Int).SetString(prime, 16)
	c.a, _ = new(big.Int).SetString(secret, 16)
	c.public = new(big.Int).Exp(c.g, c.a, c.n)
	return c
}

func padHex(n *big.Int) string {
	text := n.Text(16)
	if len(text)%2 == 1 {
		text = "0" + text
	}
	if strings.Contains("89abcdef", text[:1]) {
		text = "00" + text
	}
	return text
}

func hexHash(text string) string {
	b, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func fromHex(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 16)
	return n
}

// key is S = (B - k*g^x)^(a + u*x), made a key by HKDF.
func (c srpClient) key(pool, user, password, salt, serverB string) []byte {
	b := fromHex(serverB)
	u := fromHex(hexHash(padHex(c.public) + padHex(b)))
	k := fromHex(hexHash(padHex(c.n) + padHex(c.g)))
	inner := sha256.Sum256([]byte(pool + user + ":" + password))
	x := fromHex(hexHash(padHex(fromHex(salt)) + hex.EncodeToString(inner[:])))
	base := new(big.Int).Mul(k, new(big.Int).Exp(c.g, x, c.n))
	base.Mod(base.Sub(b, base), c.n)
	exponent := new(big.Int).Add(c.a, new(big.Int).Mul(u, x))
	s := new(big.Int).Exp(base, exponent, c.n)
	extract := func(key, message []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(message)
		return h.Sum(nil)
	}
	saltOfKey, _ := hex.DecodeString(padHex(u))
	material, _ := hex.DecodeString(padHex(s))
	return extract(extract(saltOfKey, material), append([]byte("Caldera Derived Key"), 1))[:16]
}

func (c srpClient) sign(key []byte, pool, user string, block []byte, timestamp string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(pool))
	h.Write([]byte(user))
	h.Write(block)
	h.Write([]byte(timestamp))
	return h.Sum(nil)
}

// TestBothSidesHaveTheSameKey runs the maths for many salts and secrets, also short ones and those with the first bit set.
func TestBothSidesHaveTheSameKey(t *testing.T) {
	group := newSRPGroup()
	for _, c := range []struct{ salt, a, b string }{
		{"1", "1", "1"}, {"ff", "80", "ff00"}, {"00ab", "abcdef", "fedcba"},
		{"8fb2b1b1d2f0c9f0f0f0f0f0f0f0f0f0", strings.Repeat("f3", 128), strings.Repeat("9c", 32)},
		{"7fb2b1b1d2f0c9f0f0f0f0f0f0f0f0f0", strings.Repeat("13", 128), strings.Repeat("1c", 32)},
	} {
		client := newSRPClient(c.a)
		v := group.verifier("aB3dE5fG7", "ana", "Correct1horse", fromHex(c.salt))
		offer := group.offer(v, fromHex(c.b))
		got := group.key(client.public, offer, v, fromHex(c.b))
		want := client.key("aB3dE5fG7", "ana", "Correct1horse", c.salt, offer.Text(16))
		if !hmac.Equal(got, want) {
			t.Errorf("salt %s: got the key %x, want %x", c.salt, got, want)
		}
		if other := client.key("aB3dE5fG7", "ana", "Correct2horse", c.salt, offer.Text(16)); hmac.Equal(got, other) {
			t.Errorf("salt %s: another password gave the same key", c.salt)
		}
	}
}

// TestVectors pins the outcome for fixed numbers, derived with an independent computation.
func TestVectors(t *testing.T) {
	group := newSRPGroup()
	v := group.verifier("aB3dE5fG7", "ana", "Correct1horse", fromHex("c0ffee"))
	offer := group.offer(v, fromHex("b0b"))
	a := newSRPClient("a11ce").public
	key := group.key(a, offer, v, fromHex("b0b"))
	signature := srpSignature(key, "aB3dE5fG7", "ana", []byte("block"), "Sun Mar 1 12:00:00 UTC 2026")
	for _, c := range []struct{ what, got, want string }{
		{"v", hexHash(padHex(v)), "465a2cfc1128bc639f1fe08f965d4e30c1d82873762a68e6744e87c81d0bf557"},
		{"B", hexHash(padHex(offer)), "d582a925b9b15a9c27da0d737c3b4d617df030d0dc2cf6ab9e329f46e88271ca"},
		{"the key", hex.EncodeToString(key), "2dce65a9db95eafe49fd4a2c67cc3568"},
		{"the signature", base64.StdEncoding.EncodeToString(signature), "EP5suOuT+XPgkw6JWGe2uNnIPkH5dEqfWwEH6nNkXL8="},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
}
