// Command get is the Lambda function of GET /item/{id}.
package main

import (
	"example.com/todo/functions/internal/process"
	"example.com/todo/internal/api"
)

func main() { process.Run("get", (*api.API).Get) }
