package idp

import (
	"strconv"
	"time"

	"example.com/todo/internal/userpool"
)

type attribute struct {
	Name  string `json:"Name"`
	Value string `json:"Value"`
}

type attributes []attribute

func (list attributes) toPool() []userpool.Attribute {
	var attrs []userpool.Attribute
	for _, a := range list {
		attrs = append(attrs, userpool.Attribute(a))
	}
	return attrs
}

func fromPool(attrs []userpool.Attribute) attributes {
	list := attributes{}
	for _, a := range attrs {
		list = append(list, attribute(a))
	}
	return list
}

// epoch is a time as the API writes it: seconds, with the milliseconds as decimals.
type epoch time.Time

// MarshalJSON implements json.Marshaler.
func (e epoch) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Time(e).UnixMilli())/1000, 'f', 3, 64), nil
}

type delivery struct {
	Destination    string
	DeliveryMedium string
	AttributeName  string
}

func deliveryOf(d userpool.Delivery) *delivery {
	return &delivery{Destination: d.Destination, DeliveryMedium: d.Medium, AttributeName: d.Attribute}
}

type user struct {
	Username             string
	Attributes           attributes
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           userpool.Status
}

func userOf(u userpool.User) user {
	return user{
		Username: u.Username, Attributes: fromPool(u.Attributes), Enabled: u.Enabled, UserStatus: u.Status,
		UserCreateDate: epoch(u.Created), UserLastModifiedDate: epoch(u.Modified),
	}
}
