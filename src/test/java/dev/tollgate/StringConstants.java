package dev.tollgate;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The strings that compiled classes hold, whatever the classes are called: literals, values of
 * annotations, and the constants of enumerations.
 *
 * @param strings a concatenation is one string, with U+0001 in place of each value
 * @param enumerations of each enumeration, its constants in lower case and sorted
 */
record StringConstants(Set<String> strings, Set<String> enumerations) {
  static StringConstants in(Path classes) throws IOException {
    StringConstants constants = new StringConstants(new HashSet<>(), new HashSet<>());
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".class")).toList()) {
        constants.add(ClassFile.of().parse(file));
      }
    }
    return constants;
  }

  /** The strings that match as a whole. */
  Set<String> like(String regex) {
    Pattern shape = Pattern.compile(regex);
    return strings.stream()
        .filter(string -> shape.matcher(string).matches())
        .collect(toCollection(TreeSet::new));
  }

  private void add(ClassModel type) {
    type.constantPool()
        .forEach(
            entry -> {
              if (entry instanceof StringEntry string) {
                strings.add(string.stringValue());
              }
            });
    addAnnotations(type);
    type.fields().forEach(this::addAnnotations);
    type.methods().forEach(this::addAnnotations);
    if (type.flags().has(AccessFlag.ENUM)) {
      List<String> names =
          type.fields().stream()
              .filter(field -> field.flags().has(AccessFlag.ENUM))
              .map(field -> field.fieldName().stringValue().toLowerCase(Locale.ROOT))
              .sorted()
              .toList();
      enumerations.add(String.join(" ", names));
    }
  }

  private void addAnnotations(AttributedElement element) {
    element
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .ifPresent(it -> it.annotations().forEach(this::add));
    element
        .findAttribute(Attributes.runtimeVisibleParameterAnnotations())
        .ifPresent(
            it -> it.parameterAnnotations().forEach(parameter -> parameter.forEach(this::add)));
  }

  private void add(Annotation annotation) {
    annotation.elements().forEach(element -> add(element.value()));
  }

  private void add(AnnotationValue value) {
    switch (value) {
      case AnnotationValue.OfString string -> strings.add(string.stringValue());
      case AnnotationValue.OfArray array -> array.values().forEach(this::add);
      case AnnotationValue.OfAnnotation nested -> add(nested.annotation());
      default -> {}
    }
  }
}
