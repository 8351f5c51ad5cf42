package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
)

// Secure Remote Password as Cognito's clients compute it: SRP-6a (RFC 5054) with SHA-256, in the 3072-bit group of
// RFC 3526 but with the generator 2, and a session key that is derived as in RFC 5869.
//
// Numbers are hashed in the shortest form that two's complement allows: a zero byte goes before a number whose first
// bit is set, and nothing else does. RFC 5054 would pad them to the length of the prime.
//
// math/big does not take the same time for all numbers. What is secret in the exponents here is drawn for one sign-in
// and never used again, and the bases are blinded by them, so that there is nothing to measure twice.

// prime is that of RFC 3526 section 5, 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314), see the test.
const prime = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd" +
	"ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
	"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f" +
	"83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
	"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510" +
	"15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
	"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c" +
	"bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"

// srpSecret is the length of the server's secret exponent in bytes: twice the 128 bits that the group is good for.
const srpSecret = 32

// srpKeySize is the length of the key that both sides end up with, in bytes.
const srpKeySize = 16

// srpGroup is the group with what follows from it.
type srpGroup struct{ n, g, k *big.Int }

func newSRPGroup() srpGroup {
	n, _ := new(big.Int).SetString(prime, 16)
	g := big.NewInt(2)
	return srpGroup{n: n, g: g, k: number(sum256(pad(n), pad(g)))}
}

// verifier is what the server keeps in place of the password: v = g^x mod N.
func (s srpGroup) verifier(pool, user, password string, salt *big.Int) *big.Int {
	x := number(sum256(pad(salt), sum256([]byte(pool+user+":"+password))))
	return new(big.Int).Exp(s.g, x, s.n)
}

// offer is the server's public number, B = k*v + g^b mod N.
func (s srpGroup) offer(v, b *big.Int) *big.Int {
	sum := new(big.Int).Exp(s.g, b, s.n)
	sum.Add(sum, new(big.Int).Mul(s.k, v))
	return sum.Mod(sum, s.n)
}

// key is the server's session key, from S = (A * v^u)^b mod N.
func (s srpGroup) key(a, offer, v, b *big.Int) []byte {
	u := number(sum256(pad(a), pad(offer)))
	secret := new(big.Int).Exp(v, u, s.n)
	secret.Mod(secret.Mul(secret, a), s.n)
	secret.Exp(secret, b, s.n)
	return sessionKey(u, secret)
}

// accepts tells whether a client's public number A may be answered. From one that is 0 modulo N the client would know
// the session key without any password.
func (s srpGroup) accepts(a *big.Int) bool { return a.Sign() > 0 && a.Cmp(s.n) < 0 }

func sessionKey(u, secret *big.Int) []byte {
	extracted := mac(pad(u), pad(secret))
	return mac(extracted, []byte("Caldera Derived Key\x01"))[:srpKeySize]
}

// srpSignature is what proves that the client has the session key.
func srpSignature(key []byte, pool, user string, block []byte, timestamp string) []byte {
	return mac(key, []byte(pool+user), block, []byte(timestamp))
}

// pad is a number in the shortest form of two's complement.
func pad(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		return append([]byte{0}, b...)
	}
	return b
}

// readNumber reads a client's number in hexadecimal digits; ok is false for anything else and for one that is longer
// than the prime.
func (s srpGroup) readNumber(digits string) (n *big.Int, ok bool) {
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) > len(pad(s.n)) {
		return nil, false
	}
	return number(b), true
}

func number(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

func sum256(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}
