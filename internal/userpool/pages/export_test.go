package pages

import "example.com/todo/internal/userpool/lang"

// Catalogue is what the pages say in a language.
func Catalogue(l lang.Language) map[string]string { return catalogues[l] }
