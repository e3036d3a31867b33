import { useEffect } from "react";
import { useLocation, useParams, useSearch } from "wouter";

/** `/services/churn/settings` leads to the tab of that name. The tab itself is a parameter: choosing one must not make the page anew. */
export default function TabRedirect() {
  const { service = "", tab = "" } = useParams();
  const search = useSearch();
  const [, navigate] = useLocation();
  useEffect(() => {
    const params = new URLSearchParams(search);
    params.set("tab", tab);
    navigate(`/services/${encodeURIComponent(service)}?${params.toString()}`, { replace: true });
  }, [service, tab, search, navigate]);
  return null;
}
