package dev.tollgate.local;

import dev.tollgate.function.admin.PromptAdminFunction;
import dev.tollgate.function.costs.CostLedgerFunction;
import dev.tollgate.function.costs.CostReportFunction;
import dev.tollgate.function.http.ActionTable;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteTable;
import dev.tollgate.function.invoke.InvokeLlmFunction;
import dev.tollgate.identity.Role;
import java.lang.reflect.Constructor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Prints the routes of the API with the roles that they require. */
public final class Routes {
  private Routes() {}

  /** The routes and actions of a function. */
  public record Tables(RouteTable routes, ActionTable actions) {}

  public static void main(String[] args) {
    all().stream()
        .flatMap(tables -> tables.routes().routes().stream())
        .sorted(Comparator.comparing(Route::pattern).thenComparing(Route::method))
        .forEach(
            route ->
                System.out.printf(
                    "%-6s %-50s %-22s %s%n",
                    route.method(), route.pattern(), roles(route), route.summary()));
  }

  private static String roles(Route route) {
    return route.roles().isEmpty()
        ? "no key"
        : route.roles().stream().map(Role::id).sorted().collect(Collectors.joining(", "));
  }

  /** The tables of all functions that have routes. */
  public static List<Tables> all() {
    InvokeLlmFunction invokeLlm = create(InvokeLlmFunction.class);
    PromptAdminFunction promptAdmin = create(PromptAdminFunction.class);
    CostReportFunction costReport = create(CostReportFunction.class);
    CostLedgerFunction costLedger = create(CostLedgerFunction.class);
    return List.of(
        new Tables(invokeLlm.routes(), invokeLlm.actions()),
        new Tables(promptAdmin.routes(), promptAdmin.actions()),
        new Tables(costReport.routes(), costReport.actions()),
        new Tables(costLedger.routes(), costLedger.actions()));
  }

  /**
   * Creates a function that can list its routes, but not handle requests: only its route classes
   * are there, and all other dependencies are null.
   */
  private static <T> T create(Class<T> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      Class<?>[] parameters = constructor.getParameterTypes();
      Object[] arguments = new Object[parameters.length];
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i].getSimpleName().endsWith("Routes")) {
          arguments[i] = create(parameters[i]);
        }
      }
      return type.cast(constructor.newInstance(arguments));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create " + type, e);
    }
  }
}
