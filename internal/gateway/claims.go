package gateway

import (
	"encoding/json"
	"strings"
	"time"

	"example.com/todo/internal/token"
)

// claimDate is how API Gateway prints the claims exp and iat, in UTC.
const claimDate = "Mon Jan 02 15:04:05 MST 2006"

// claimTexts are claims as API Gateway hands them to functions: every value a string. They are shared by all requests
// with the token.
func claimTexts(claims token.Claims) map[string]any {
	return claims.Derived(func(claims token.Claims) any {
		texts := map[string]any{}
		for name, value := range claims.All() {
			texts[name] = claimText(name, value)
		}
		return texts
	}).(map[string]any)
}

func claimText(name string, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		if name == "exp" || name == "iat" {
			if t, err := token.Date(v); err == nil {
				return t.In(time.UTC).Format(claimDate)
			}
		}
		return v.String()
	case []any:
		members := make([]string, len(v))
		for i, member := range v {
			members[i] = claimText("", member)
		}
		return strings.Join(members, ",")
	}
	// What is left is a boolean, null or an object: all of them came from JSON and can go back.
	text, _ := json.Marshal(value)
	return string(text)
}
