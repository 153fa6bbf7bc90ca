package dev.tollgate.budget;

/**
 * The identity of a budget.
 *
 * @param name the person of a key, a team or a prompt; {@link #ALL} for the installation
 */
public record BudgetId(BudgetScope scope, String name) {
  public static final String ALL = "all";

  public BudgetId {
    if (name.isBlank() || (scope == BudgetScope.INSTALLATION && !name.equals(ALL))) {
      throw new IllegalArgumentException("invalid budget: " + scope.id() + "/" + name);
    }
  }

  public static BudgetId installation() {
    return new BudgetId(BudgetScope.INSTALLATION, ALL);
  }

  @Override
  public String toString() {
    return scope.id() + "/" + name;
  }
}
