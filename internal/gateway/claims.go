package gateway

import (
	"encoding/json"
	"strings"
	"time"

	"example.com/todo/internal/token"
)

// claimDate is how API Gateway prints the claims exp and iat, in UTC.
const claimDate = "Mon Jan 02 15:04:05 MST 2006"

// eventClaims prints claims as API Gateway hands them to functions: every value a string.
func eventClaims(claims token.Claims) map[string]any {
	texts := make(map[string]any, claims.Len())
	for name, value := range claims.All() {
		if _, ok := value.(string); !ok {
			value = claimText(name, value)
		}
		texts[name] = value
	}
	return texts
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
