package dev.tollgate.budget;

/**
 * What a budget is known by: there is one for each.
 *
 * @param name the key's id, the team, the prompt; {@link #ALL} for the installation
 */
public record BudgetId(BudgetScope scope, String name) {
  public static final String ALL = "all";

  public BudgetId {
    if (name.isBlank() || (scope == BudgetScope.INSTALLATION && !name.equals(ALL))) {
      throw new IllegalArgumentException("no budget is known by " + scope.id() + "/" + name);
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
