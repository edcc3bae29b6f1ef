// What docs/restore-rules.md and docs/policies.md say, row by row. By hand: nothing here is computed.
//
// - Every part of a selection must select an object; an exclusion wins; what includes nothing includes all; `*` and `?` are patterns.
// - Resources are `plural.group`, and of the core group the plural alone.
// - Cluster-scoped objects come by default (`auto`) when all namespaces are included (exclusions do not count), or when their resource is
//   included by its whole name; with `include` always; with `exclude` never.
// - A Namespace is selected by its name as its content is, whatever its labels are and whatever is said about cluster-scoped objects.
// - With `auto` and named namespaces a backup takes single cluster-scoped objects that the taken ones need (here the definitions of custom
//   resources), unless resources are included or excluded so that they are not among them.
// - A restore also brings the namespaces of objects, and the definitions of custom resources that the cluster does not serve, unless the
//   definitions or cluster-scoped objects are excluded.

extension FilterCase {
    static let byNamespace = table(
        """
        -                | - | - | auto    | SHOP TEST BLOG CLUSTER |
        *                | - | - | auto    | SHOP TEST BLOG CLUSTER |
        shop             | - | - | auto    | SHOP                   | ±d1
        shop-test        | - | - | auto    | TEST                   | ±d2
        blog             | - | - | auto    | BLOG                   | ±d1
        shop blog        | - | - | auto    | SHOP BLOG              | ±d1
        shop*            | - | - | auto    | SHOP TEST              | ±d1 ±d2
        *-test           | - | - | auto    | TEST                   | ±d2
        b??g             | - | - | auto    | BLOG                   | ±d1
        shop-?           | - | - | auto    | nothing                |
        sho              | - | - | auto    | nothing                |
        SHOP             | - | - | auto    | nothing                |
        nothing-*        | - | - | auto    | nothing                |
        !shop            | - | - | auto    | TEST BLOG CLUSTER      |
        !shop*           | - | - | auto    | BLOG CLUSTER           |
        !*               | - | - | auto    | CLUSTER                |
        * !blog          | - | - | auto    | SHOP TEST CLUSTER      |
        shop* !shop-test | - | - | auto    | SHOP                   | ±d1
        shop* !shop      | - | - | auto    | TEST                   | ±d2
        shop blog !blog  | - | - | auto    | SHOP                   | ±d1
        shop !shop       | - | - | auto    | nothing                |
        -                | - | - | include | SHOP TEST BLOG CLUSTER |
        -                | - | - | exclude | SHOP TEST BLOG         | -s5 -t3 -b3
        *                | - | - | exclude | SHOP TEST BLOG         | -s5 -t3 -b3
        shop             | - | - | include | SHOP CLUSTER           |
        shop             | - | - | exclude | SHOP                   | -s5
        shop*            | - | - | include | SHOP TEST CLUSTER      |
        shop*            | - | - | exclude | SHOP TEST              | -s5 -t3
        !shop            | - | - | include | TEST BLOG CLUSTER      |
        !shop            | - | - | exclude | TEST BLOG              | -t3 -b3
        shop* !shop-test | - | - | include | SHOP CLUSTER           |
        shop* !shop-test | - | - | exclude | SHOP                   | -s5
        nothing-*        | - | - | include | CLUSTER                |
        nothing-*        | - | - | exclude | nothing                |
        """
    )

    static let byResource = table(
        """
        -    | configmaps                                        | - | auto    | s1 s2 t1 b1                     | +shop +shop-test +blog
        -    | secrets                                           | - | auto    | s3 b2                           | +shop +blog
        -    | secret?                                           | - | auto    | s3 b2                           | +shop +blog
        -    | configmaps secrets                                | - | auto    | s1 s2 s3 t1 b1 b2               | +shop +shop-test +blog
        -    | deployments.apps                                  | - | auto    | s4 t2                           | +shop +shop-test
        -    | deployments                                       | - | auto    | nothing                         |
        -    | Deployment                                        | - | auto    | nothing                         |
        -    | deploy                                            | - | auto    | nothing                         |
        -    | configmap cm ConfigMap                            | - | auto    | nothing                         |
        -    | gadgets.things.example.com                        | - | auto    | s5 b3                           | +shop +blog +d1
        -    | gadgets.*                                         | - | auto    | s5 t3 b3                        | +shop +shop-test +blog +d1 +d2
        -    | gadgets.* !gadgets.more.example.com               | - | auto    | s5 b3                           | +shop +blog +d1
        -    | gadgets.things.example.com !*.things.example.com  | - | auto    | nothing                         |
        -    | *.things.example.com                              | - | auto    | s5 b3 c4                        | +shop +blog +d1 +d3
        -    | *.example.com                                     | - | auto    | s5 t3 b3 c4                     | +shop +shop-test +blog +d1 +d2 +d3
        -    | namespaces                                        | - | auto    | shop shop-test blog             |
        -    | namespaces                                        | - | exclude | shop shop-test blog             |
        -    | clusterroles.rbac.authorization.k8s.io            | - | auto    | c1                              |
        -    | clusterroles.rbac.authorization.k8s.io            | - | exclude | nothing                         |
        -    | customresourcedefinitions.apiextensions.k8s.io    | - | auto    | d1 d2 d3                        |
        -    | *.k8s.io                                          | - | auto    | c1 c2 c3 d1 d2 d3               |
        -    | *s                                                | - | auto    | shop s1 s2 s3 s4 shop-test t1 t2 blog b1 b2 |
        -    | *                                                 | - | auto    | SHOP TEST BLOG CLUSTER          |
        -    | !secrets                                          | - | auto    | shop s1 s2 s4 s5 TEST blog b1 b3 CLUSTER |
        -    | * !secrets                                        | - | auto    | shop s1 s2 s4 s5 TEST blog b1 b3 CLUSTER |
        -    | !secrets !configmaps                              | - | auto    | shop s4 s5 shop-test t2 t3 blog b3 CLUSTER |
        -    | !deployments.apps                                 | - | auto    | shop s1 s2 s3 s5 shop-test t1 t3 BLOG CLUSTER |
        -    | !*.apps                                           | - | auto    | shop s1 s2 s3 s5 shop-test t1 t3 BLOG CLUSTER |
        -    | !gadgets.*                                        | - | auto    | shop s1 s2 s3 s4 shop-test t1 t2 blog b1 b2 CLUSTER |
        -    | !customresourcedefinitions.apiextensions.k8s.io   | - | auto    | SHOP TEST BLOG c1 c2 c3 c4      | -s5 -t3 -b3 -c4
        -    | !*.k8s.io                                         | - | auto    | SHOP TEST BLOG c4               | -s5 -t3 -b3 -c4
        -    | !clusterroles.rbac.authorization.k8s.io           | - | auto    | SHOP TEST BLOG c2 c3 c4 d1 d2 d3 |
        -    | !namespaces                                       | - | auto    | s1 s2 s3 s4 s5 t1 t2 t3 b1 b2 b3 CLUSTER | +shop +shop-test +blog
        -    | configmaps !configmaps                            | - | auto    | nothing                         |
        -    | !*                                                | - | auto    | nothing                         |
        shop | configmaps                                        | - | auto    | s1 s2                           | +shop
        shop | !namespaces                                       | - | auto    | s1 s2 s3 s4 s5                  | +shop ±d1
        shop | namespaces                                        | - | exclude | shop                            |
        shop | clusterroles.rbac.authorization.k8s.io            | - | auto    | c1                              |
        shop | clusterroles.*                                    | - | auto    | nothing                         |
        shop | clusterroles.*                                    | - | include | c1                              |
        shop | clusterroles.rbac.authorization.k8s.io            | - | exclude | nothing                         |
        shop | configmaps clusterroles.rbac.authorization.k8s.io | - | auto    | s1 s2 c1                        | +shop
        shop | storageclasses.storage.k8s.io priorityclasses.scheduling.k8s.io | - | auto | c2 c3                |
        shop | !clusterroles.rbac.authorization.k8s.io           | - | include | SHOP c2 c3 c4 d1 d2 d3          |
        shop | fleets.things.example.com                         | - | auto    | c4                              | +d3
        shop | fleets.*                                          | - | auto    | nothing                         |
        shop | fleets.*                                          | - | include | c4                              | +d3
        shop | *                                                 | - | auto    | SHOP                            | ±d1
        shop | *                                                 | - | include | SHOP CLUSTER                    |
        """
    )

    static let byLabel = table(
        """
        -                | - | app=web               | auto    | shop s1 s3 s4 s5 shop-test t1 t2 blog c1             | +d1
        -                | - | app==web              | auto    | shop s1 s3 s4 s5 shop-test t1 t2 blog c1             | +d1
        -                | - | app!=web              | auto    | shop s2 shop-test t3 blog b1 b2 b3 c2 c3 c4 d1 d2 d3 |
        -                | - | app in (web,blog)     | auto    | shop s1 s3 s4 s5 shop-test t1 t2 blog b1 b3 c1 c4    | +d1 +d3
        -                | - | app                   | auto    | shop s1 s3 s4 s5 shop-test t1 t2 blog b1 b3 c1 c4    | +d1 +d3
        -                | - | app notin (web,blog)  | auto    | shop s2 shop-test t3 blog b2 c2 c3 d1 d2 d3          |
        -                | - | !app                  | auto    | shop s2 shop-test t3 blog b2 c2 c3 d1 d2 d3          |
        -                | - | app=web,tier=prod     | auto    | shop s3 s4 shop-test blog                            |
        -                | - | app=web,tier!=prod    | auto    | shop s1 s5 shop-test t1 t2 blog c1                   | +d1
        -                | - | app=web,!tier         | auto    | shop s1 s5 shop-test t2 blog c1                      | +d1
        -                | - | tier                  | auto    | shop s3 s4 shop-test t1 t3 blog c3                   | +d2
        -                | - | tier in (prod)        | auto    | shop s3 s4 shop-test blog c3                         |
        -                | - | tier notin (test),app | auto    | shop s1 s3 s4 s5 shop-test t2 blog b1 b3 c1 c4       | +d1 +d3
        -                | - | tier=prod,tier=test   | auto    | shop shop-test blog                                  |
        -                | - | app=nobody            | auto    | shop shop-test blog                                  |
        -                | - | {matchLabels: {app: web}} | auto | shop s1 s3 s4 s5 shop-test t1 t2 blog c1            | +d1
        -                | - | {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: DoesNotExist}]} | auto | shop s1 s5 shop-test t2 blog c1 | +d1
        -                | - | {matchExpressions: [{key: app, operator: NotIn, values: [web]}]} | auto | shop s2 shop-test t3 blog b1 b2 b3 c2 c3 c4 d1 d2 d3 |
        -                | - | {matchExpressions: [{key: app, operator: In, values: [blog, web]}]} | auto | shop s1 s3 s4 s5 shop-test t1 t2 blog b1 b3 c1 c4 | +d1 +d3
        -                | - | {matchExpressions: [{key: tier, operator: Exists}]} | auto | shop s3 s4 shop-test t1 t3 blog c3 | +d2
        -                | - | app=web               | include | shop s1 s3 s4 s5 shop-test t1 t2 blog c1             | +d1
        -                | - | app=web               | exclude | shop s1 s3 s4 s5 shop-test t1 t2 blog                | -s5
        shop             | - | app=web               | auto    | shop s1 s3 s4 s5                                     | ±d1
        shop             | - | app=web               | include | shop s1 s3 s4 s5 c1                                  | +d1
        shop             | - | tier=prod             | auto    | shop s3 s4                                           |
        shop             | - | tier=prod             | include | shop s3 s4 c3                                        |
        shop             | - | tier=prod             | exclude | shop s3 s4                                           |
        shop             | - | !app                  | include | shop s2 c2 c3 d1 d2 d3                               |
        shop*            | - | tier=test             | auto    | shop shop-test t1 t3                                 | ±d2
        shop* !shop-test | - | tier=prod             | auto    | shop s3 s4                                           |
        shop blog        | - | app=blog              | auto    | shop blog b1 b3                                      | ±d1
        !shop            | - | app=web               | auto    | shop-test t1 t2 blog c1                              |
        *                | - | app=blog              | auto    | shop shop-test blog b1 b3 c4                         | +d1 +d3
        blog             | - | !app                  | auto    | blog b2                                              |
        blog             | - | app=blog              | include | blog b1 b3 c4                                        | +d1 +d3
        blog             | - | app=blog              | exclude | blog b1 b3                                           | -b3
        """
    )

    static let byAll = table(
        """
        -                | configmaps             | app=web   | auto    | s1 t1                        | +shop +shop-test
        -                | configmaps secrets     | tier=prod | auto    | s3                           | +shop
        -                | !configmaps            | app=web   | auto    | shop s3 s4 s5 shop-test t2 blog c1 | +d1
        -                | *.example.com          | app=blog  | auto    | b3 c4                        | +blog +d1 +d3
        -                | deployments.apps       | !tier     | auto    | t2                           | +shop-test
        -                | namespaces             | tier=prod | auto    | shop shop-test blog          |
        -                | clusterroles.rbac.authorization.k8s.io | app=web | auto | c1              |
        -                | clusterroles.rbac.authorization.k8s.io | app=blog | auto | nothing        |
        -                | customresourcedefinitions.apiextensions.k8s.io | app | auto | nothing     |
        shop             | configmaps             | app=web   | auto    | s1                           | +shop
        shop             | configmaps             | app=web   | exclude | s1                           | +shop
        shop             | secrets clusterroles.rbac.authorization.k8s.io | app=web | auto | s3 c1   | +shop
        shop             | secrets clusterroles.rbac.authorization.k8s.io | app=web | exclude | s3   | +shop
        shop             | secrets clusterroles.* | app=web   | auto    | s3                           | +shop
        shop             | secrets clusterroles.* | app=web   | include | s3 c1                        | +shop
        shop blog        | secrets                | !app      | include | b2                           | +blog
        shop*            | configmaps deployments.apps | app=web | auto | s1 s4 t1 t2                  | +shop +shop-test
        shop* !shop-test | !secrets               | tier=prod | auto    | shop s4                      |
        *-test           | *.example.com          | tier      | auto    | t3                           | +shop-test +d2
        *-test           | *.example.com          | tier      | include | t3                           | +shop-test +d2
        *-test           | *.example.com          | tier      | exclude | t3                           | -t3 +shop-test
        shop-test        | !deployments.apps !*.example.com | app=web | auto | shop-test t1           |
        blog             | *.things.example.com   | app=blog  | auto    | b3                           | +blog +d1
        blog             | *.things.example.com   | app=blog  | include | b3 c4                        | +blog +d1 +d3
        blog             | fleets.things.example.com | app=blog | auto  | c4                           | +d3
        blog             | fleets.things.example.com | app=web | auto   | nothing                      |
        !blog            | !secrets               | app=web   | exclude | shop s1 s4 s5 shop-test t1 t2 | -s5
        !shop*           | !*.example.com         | app       | auto    | blog b1 c1                   |
        !shop*           | !*.example.com         | !app      | auto    | blog b2 c2 c3 d1 d2 d3       |
        !shop*           | !*.example.com         | !app      | exclude | blog b2                      |
        * !shop !blog    | configmaps             | tier=test | auto    | t1                           | +shop-test
        *                | !*.example.com !*.k8s.io !*.apps | app | include | shop s1 s3 shop-test t1 blog b1 |
        """
    )

    static let all = byNamespace + byResource + byLabel + byAll
}
