// Command add is the Lambda function of POST /item.
package main

import (
	"example.com/todo/functions/internal/process"
	"example.com/todo/internal/api"
)

func main() { process.Run("add", (*api.API).Add) }
