// Writes src/scheme from the Go types themselves: their order, names and tags by reflection; what is required and how
// lists and maps merge, which only comments say in the types, from the API server's own OpenAPI definitions.
//
// A new kind is one line of `kinds`.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

var kinds = []struct {
	apiVersion string
	object     any
}{
	{"apiextensions.k8s.io/v1", apiextensionsv1.CustomResourceDefinition{}},
	{"authentication.k8s.io/v1", authenticationv1.SelfSubjectReview{}},
	{"authorization.k8s.io/v1", authorizationv1.LocalSubjectAccessReview{}},
	{"authorization.k8s.io/v1", authorizationv1.SelfSubjectAccessReview{}},
	{"authorization.k8s.io/v1", authorizationv1.SelfSubjectRulesReview{}},
	{"authorization.k8s.io/v1", authorizationv1.SubjectAccessReview{}},
	{"autoscaling/v1", autoscalingv1.HorizontalPodAutoscaler{}},
	{"autoscaling/v1", autoscalingv1.Scale{}},
	{"autoscaling/v2", autoscalingv2.HorizontalPodAutoscaler{}},
	{"coordination.k8s.io/v1", coordinationv1.Lease{}},
	{"events.k8s.io/v1", eventsv1.Event{}},
	{"v1", corev1.Binding{}},
	{"v1", corev1.ConfigMap{}},
	{"v1", corev1.Event{}},
	{"v1", corev1.Namespace{}},
	{"v1", corev1.Node{}},
	{"v1", corev1.Pod{}},
	{"v1", corev1.Secret{}},
	{"v1", corev1.Service{}},
	{"v1", corev1.ServiceAccount{}},
}

// What is no kind of its own, and needed all the same.
var parts = []any{metav1.DeleteOptions{}, metav1.ListMeta{}}

// Types that read and write themselves, by the words of the table.
var scalars = map[reflect.Type]string{
	reflect.TypeFor[metav1.Time]():        "Time",
	reflect.TypeFor[metav1.MicroTime]():   "MicroTime",
	reflect.TypeFor[resource.Quantity]():  "Quantity",
	reflect.TypeFor[intstr.IntOrString](): "IntOrString",
	reflect.TypeFor[[]byte]():             "Bytes",
	reflect.TypeFor[bool]():               "Bool",
	reflect.TypeFor[int32]():              "Int32",
	reflect.TypeFor[int64]():              "Int64",
	reflect.TypeFor[float64]():            "Float64",
	reflect.TypeFor[string]():             "STRING",
	reflect.TypeFor[map[string]string]():  "STRINGS",
}

type table struct {
	definitions map[string]common.OpenAPIDefinition
	modules     map[string]map[string]string // module -> constant -> text
	packages    map[string]string            // module -> package
	models      map[string]string            // module -> package as OpenAPI names it
	uses        map[string]map[string]bool   // module -> other modules
}

func main() {
	folder := os.Args[1]
	t := table{
		definitions: openapi.GetOpenAPIDefinitions(func(name string) spec.Ref { return spec.MustCreateRef(name) }),
		modules:     map[string]map[string]string{},
		packages:    map[string]string{},
		models:      map[string]string{},
		uses:        map[string]map[string]bool{"kinds": {}},
	}
	var index strings.Builder
	for _, kind := range kinds {
		of := reflect.TypeOf(kind.object)
		fmt.Fprintf(&index, "    (%q, %q, &%s),\n", kind.apiVersion, of.Name(), t.structure(of, "kinds"))
	}
	for _, part := range parts {
		t.structure(reflect.TypeOf(part), "")
	}
	for module, constants := range t.modules {
		write(filepath.Join(folder, module+".rs"), t.file(module, constants))
	}
	write(filepath.Join(folder, "kinds.rs"), t.index(index.String()))
}

func write(path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const made = "Written by `tests/scheme/generate.sh`.\n"

func sorted[V any](of map[string]V) []string {
	var keys []string
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (t table) index(entries string) string {
	text := "//! Every kind of the table, by `apiVersion` and `kind`. " + made + "\n"
	text += "use super::" + braced(append([]string{"Struct"}, sorted(t.uses["kinds"])...)) + ";\n\n"
	return text + "pub(super) static KINDS: &[(&str, &str, &Struct)] = &[\n" + entries + "];\n"
}

func (t table) file(module string, constants map[string]string) string {
	body := ""
	for _, name := range sorted(constants) {
		body += "\n" + constants[name]
	}
	var types, names []string
	for _, word := range typeWords {
		if used(body, word) {
			types = append(types, word)
		}
	}
	for _, word := range builders {
		if used(body, word) {
			names = append(names, word)
		}
	}
	text := "//! `" + t.packages[module] + "`. " + made + "\n"
	text += "use super::Type::" + braced(types) + ";\n"
	text += "use super::" + braced(append(names, sorted(t.uses[module])...)) + ";\n\n"
	text += fmt.Sprintf("const PACKAGE: &str = %q;\n", t.models[module])
	return text + body
}

var (
	typeWords = []string{
		"Any", "Bool", "Bytes", "Float64", "Int32", "Int64", "IntOrString", "List", "Map", "MicroTime", "Named",
		"Object", "Quantity", "Text", "Time",
	}
	builders = []string{"Struct", "STRING", "STRINGS", "inline", "optional", "pointer", "required", "structure"}
)

func braced(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "{" + strings.Join(names, ", ") + "}"
}

// Whether a word stands in the text by itself, outside quotes.
func used(text, word string) bool {
	for at, part := range strings.Split(text, "\"") {
		if at%2 == 0 && slices.Contains(strings.FieldsFunc(part, func(letter rune) bool {
			return letter != '_' && !unicode.IsLetter(letter) && !unicode.IsDigit(letter)
		}), word) {
			return true
		}
	}
	return false
}

// The constant of a struct as the module names it; writes it first if it is new.
func (t table) structure(of reflect.Type, from string) string {
	module := moduleOf(of.PkgPath())
	constant := shouting(of.Name())
	if t.modules[module] == nil {
		t.modules[module], t.uses[module] = map[string]string{}, map[string]bool{}
		t.packages[module], t.models[module] = of.PkgPath(), strings.TrimSuffix(modelName(of), "."+of.Name())
	}
	if _, known := t.modules[module][constant]; !known {
		t.modules[module][constant] = ""
		t.modules[module][constant] = t.written(of, module, constant)
	}
	if module == from {
		return constant
	}
	if from != "" {
		t.uses[from][module] = true
	}
	return module + "::" + constant
}

func (t table) written(of reflect.Type, module, constant string) string {
	definition := t.definitions[modelName(of)].Schema
	text := fmt.Sprintf("pub(super) static %s: Struct = structure(PACKAGE, %q, &[\n", constant, of.Name())
	for index := range of.NumField() {
		text += "    " + t.field(of.Field(index), definition, module) + ",\n"
	}
	text += "])"
	if definition.Extensions["x-kubernetes-map-type"] == "atomic" {
		text += ".atomic()"
	}
	return text + ";\n"
}

func (t table) field(field reflect.StructField, definition spec.Schema, module string) string {
	name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	number := "0"
	if parts := strings.Split(field.Tag.Get("protobuf"), ","); len(parts) > 1 {
		number = parts[1]
	}
	if field.Anonymous && name == "" {
		return fmt.Sprintf("inline(%s, &%s)", number, t.structure(field.Type, module))
	}
	property := definition.Properties[name]
	of, pointer := field.Type, field.Type.Kind() == reflect.Pointer
	if pointer {
		of = of.Elem()
	}
	omitempty := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
	needed := slices.Contains(definition.Required, name)
	text := ""
	switch {
	case pointer && omitempty:
		text = "pointer"
	case omitempty:
		text = "optional"
	default:
		text = "required"
	}
	text += fmt.Sprintf("(%s, %q, %s)", number, name, t.typeOf(of, module))
	if needed != (text[0] == 'r') {
		text += map[bool]string{true: ".openapi_required()", false: ".openapi_optional()"}[needed]
	}
	if pointer && !omitempty {
		text += ".behind_pointer()"
	}
	if strings.Contains(options, "omitzero") {
		text += ".omitzero()"
	}
	return text + merging(field, property)
}

func merging(field reflect.StructField, property spec.Schema) string {
	text := ""
	switch {
	case property.Extensions["x-kubernetes-list-map-keys"] != nil:
		text += fmt.Sprintf(".map(&%s)", quoted(property.Extensions["x-kubernetes-list-map-keys"]))
	case property.Extensions["x-kubernetes-list-type"] == "set":
		text += ".set()"
	case property.Extensions["x-kubernetes-list-type"] == "atomic", property.Extensions["x-kubernetes-map-type"] == "atomic":
		text += ".atomic()"
	}
	if strategy := field.Tag.Get("patchStrategy"); strategy != "" {
		text += fmt.Sprintf(".patch(%q, %q)", strategy, field.Tag.Get("patchMergeKey"))
	}
	if value := reflect.ValueOf(property.Default); value.Kind() == reflect.String && value.String() != "" {
		text += fmt.Sprintf(".default(%q)", value.String())
	}
	return text
}

func quoted(keys any) string {
	text, err := json.Marshal(keys)
	if err != nil {
		panic(err)
	}
	return strings.ReplaceAll(string(text), ",", ", ")
}

func (t table) typeOf(of reflect.Type, module string) string {
	if word, known := scalars[of]; known {
		return word
	}
	name := of.String()
	if _, itself := reflect.New(of).Interface().(json.Unmarshaler); itself {
		return fmt.Sprintf("Any(%q)", name)
	}
	word := ""
	switch of.Kind() {
	case reflect.String:
		return fmt.Sprintf("Text(%q)", name)
	case reflect.Struct:
		return "Object(&" + t.structure(of, module) + ")"
	case reflect.Map:
		word = "Map(&" + t.typeOf(of.Elem(), module) + ")"
	case reflect.Slice:
		word = "List(&" + t.typeOf(of.Elem(), module) + ")"
	default:
		panic("no word for " + name)
	}
	if of.Name() != "" {
		word = fmt.Sprintf("Named(%q, &%s)", name, word)
	}
	return word
}

func modelName(of reflect.Type) string {
	if model, named := reflect.New(of).Elem().Interface().(interface{ OpenAPIModelName() string }); named {
		return model.OpenAPIModelName()
	}
	panic("no model name for " + of.String())
}

// `core_v1` for `k8s.io/api/core/v1`.
func moduleOf(path string) string {
	parts := strings.Split(path, "/")
	return parts[len(parts)-2] + "_" + parts[len(parts)-1]
}

// `CLIENT_IP_CONFIG` for `ClientIPConfig`.
func shouting(name string) string {
	letters, text := []rune(name), ""
	for at, letter := range letters {
		upper := unicode.IsUpper(letter)
		after := at > 0 && !unicode.IsUpper(letters[at-1])
		before := at+1 < len(letters) && unicode.IsLower(letters[at+1])
		if at > 0 && upper && (after || before) {
			text += "_"
		}
		text += string(unicode.ToUpper(letter))
	}
	return text
}
