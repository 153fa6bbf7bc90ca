package dev.tollgate;

import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The types that sources have Jackson read or write by reflection: all but trees and the JDK's own.
 * Told by the compiler's types of the arguments, which class files no longer know.
 */
final class BoundTypes {
  /** Which argument of a method names the type, or is of it. */
  private static final Map<String, Integer> ARGUMENT =
      Map.ofEntries(
          Map.entry("readValue", 1),
          Map.entry("treeToValue", 1),
          Map.entry("convertValue", 1),
          Map.entry("readerFor", 0),
          Map.entry("writerFor", 0),
          Map.entry("forType", 0),
          Map.entry("valueToTree", 0),
          Map.entry("writeValueAsString", 0),
          Map.entry("writeValueAsBytes", 0),
          Map.entry("writeValue", 1));

  private static final Set<String> MAPPERS =
      Set.of(
          ObjectMapper.class.getName(), ObjectReader.class.getName(), ObjectWriter.class.getName());

  /** The command is run by a JVM, and so are its prompt files. */
  private static final Set<String> JVM_ONLY_PACKAGES =
      Set.of("dev.tollgate.cli", "dev.tollgate.promptfile");

  private final List<String> unregistered = new ArrayList<>();

  private BoundTypes() {}

  static BoundTypes in(Path sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    BoundTypes found = new BoundTypes();
    try (Stream<Path> files = Files.walk(sources);
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  _ -> {},
                  List.of("-proc:none", "-cp", System.getProperty("java.class.path")),
                  null,
                  manager.getJavaFileObjectsFromPaths(java));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      task.analyze().forEach(_ -> {});
      units.forEach(unit -> found.new Calls(task, unit).scan(unit, null));
    }
    return found;
  }

  /** Each call of Jackson's with a type that no image would know, as {@code file:line: what}. */
  List<String> unregistered() {
    return List.copyOf(unregistered);
  }

  private final class Calls extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final Trees trees;
    private final Types types;
    private final CompilationUnitTree unit;
    private final JavacTask task;

    Calls(JavacTask task, CompilationUnitTree unit) {
      this.task = task;
      this.trees = Trees.instance(task);
      this.types = task.getTypes();
      this.unit = unit;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
      if (call.getMethodSelect() instanceof MemberSelectTree selected
          && ARGUMENT.containsKey(selected.getIdentifier().toString())
          && call.getArguments().size() > ARGUMENT.get(selected.getIdentifier().toString())
          && isMapper(typeOf(selected.getExpression()))) {
        String method = selected.getIdentifier().toString();
        check(call, method, typeOf(call.getArguments().get(ARGUMENT.get(method))));
      }
      return super.visitMethodInvocation(call, unused);
    }

    private @Nullable TypeMirror typeOf(ExpressionTree expression) {
      return trees.getTypeMirror(new TreePath(getCurrentPath(), expression));
    }

    private boolean isMapper(@Nullable TypeMirror type) {
      if (type == null || type.getKind() != TypeKind.DECLARED) {
        return false;
      }
      return MAPPERS.stream()
          .map(name -> task.getElements().getTypeElement(name).asType())
          .anyMatch(mapper -> types.isSubtype(types.erasure(type), types.erasure(mapper)));
    }

    private void check(MethodInvocationTree call, String method, @Nullable TypeMirror argument) {
      TypeMirror bound = bound(argument);
      if (bound == null || !isKnown(bound)) {
        long line =
            unit.getLineMap()
                .getLineNumber(trees.getSourcePositions().getStartPosition(unit, call));
        unregistered.add(
            "%s:%d: %s of %s"
                .formatted(
                    Path.of(unit.getSourceFile().getName()).getFileName(), line, method, bound));
      }
    }

    /** The argument's type, or the one that it names. */
    private @Nullable TypeMirror bound(@Nullable TypeMirror argument) {
      return argument instanceof DeclaredType declared
              && declared.asElement().toString().equals(Class.class.getName())
              && declared.getTypeArguments().size() == 1
          ? declared.getTypeArguments().getFirst()
          : argument;
    }

    private boolean isKnown(TypeMirror type) {
      TypeMirror tree = task.getElements().getTypeElement(TreeNode.class.getName()).asType();
      if (type.getKind().isPrimitive()
          || types.isSubtype(types.erasure(type), tree)
          || JVM_ONLY_PACKAGES.stream().anyMatch(unit.getPackageName().toString()::startsWith)) {
        return true;
      }
      return type instanceof DeclaredType declared
          && declared.asElement() instanceof TypeElement element
          && (isTheJdks(element) || element.getAnnotation(RegisterForReflection.class) != null)
          && declared.getTypeArguments().stream().allMatch(this::isKnown);
    }

    private static boolean isTheJdks(TypeElement element) {
      String name = element.getQualifiedName().toString();
      return name.startsWith("java.") && !name.equals(Object.class.getName());
    }
  }
}
