// Command update is the Lambda function of PUT /item/{id}.
package main

import (
	"example.com/todo/functions/internal/process"
	"example.com/todo/internal/api"
)

func main() { process.Run("update", (*api.API).Update) }
