/// Services of every type, webhooks, and custom resources.
extension DisasterWorkload {
    static let network = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {selector: {app: web}, ports: [{port: 80, targetPort: http, name: http}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: ledger, namespace: data}
        spec: {clusterIP: None, selector: {app: ledger}, ports: [{port: 5432}]}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: edge
          namespace: shop
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"ports":[{"name":"http","port":80,"nodePort":30080}]}}'
        spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080, name: http}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: public, namespace: shop}
        spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 443, targetPort: 8080, name: https}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: upstream, namespace: shop}
        spec: {type: ExternalName, externalName: api.example.com}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: mainframe, namespace: data}
        spec: {ports: [{port: 3270}]}
        ---
        apiVersion: v1
        kind: Endpoints
        metadata: {name: mainframe, namespace: data}
        subsets: [{addresses: [{ip: 198.51.100.7}], ports: [{port: 3270}]}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: nginx}
        spec: {controller: k8s.io/ingress-nginx}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          ingressClassName: nginx
          rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: default-deny, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Ingress]}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: guard}
        webhooks:
        - name: guard.example.com
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Fail
          clientConfig: {service: {name: web, namespace: shop, path: /validate}}
          rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [DELETE], resources: [widgets]}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: injector}
        webhooks:
        - name: injector.example.com
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Ignore
          namespaceSelector: {matchLabels: {inject: "yes"}}
          clientConfig: {service: {name: web, namespace: shop}}
          rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
        """

    static let customResources = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    x-kubernetes-preserve-unknown-fields: true
                    properties: {serial: {type: integer, format: int64}, ratio: {type: number}, size: {type: string, default: medium}}
                  status: {type: object, x-kubernetes-preserve-unknown-fields: true}
          - name: v1alpha1
            served: true
            storage: false
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: sealedsecrets.bitnami.com}
        spec:
          group: bitnami.com
          scope: Namespaced
          names: {plural: sealedsecrets, singular: sealedsecret, kind: SealedSecret}
          versions:
          - name: v1alpha1
            served: true
            storage: true
            subresources: {status: {}}
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        apiVersion: example.com/v1
        kind: Widget
        metadata: {name: gear, namespace: shop, finalizers: [example.com/cleanup]}
        spec: {serial: 9007199254740993, ratio: 0.1, extra: {nested: [1, 2.50, -3, null, true], empty: {}, "": none}}
        ---
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata: {name: database, namespace: shop, annotations: {sealedsecrets.bitnami.com/namespace-wide: "true"}}
        spec: {encryptedData: {password: AgBy3i4OJSWK}, template: {metadata: {name: database, namespace: shop}}}
        """
}
